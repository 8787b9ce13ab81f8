//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab
package import Support

/// Keys of a Kubernetes cluster's own, which stand on its servers before the cluster begins.
package struct KubernetesKeys: Sendable {
    /// The authorities, by ``RequiredKubernetesKeys/authorities(of:)``.
    package var authorities: [String: Authority]
    /// What signs the tokens of service accounts; `nil` where the distribution makes it itself.
    package var serviceAccount: Pair?
    /// What each node proves itself by, by its name, where the distribution asks for it.
    package var nodePasswords: [String: Secret<String>]

    package init(
        authorities: [String: Authority],
        serviceAccount: Pair? = nil,
        nodePasswords: [String: Secret<String>] = [:]
    ) {
        self.authorities = authorities
        self.serviceAccount = serviceAccount
        self.nodePasswords = nodePasswords
    }

    /// A certificate authority.
    package struct Authority: Sendable {
        /// One certificate, PEM with a line feed at its end.
        package var certificate: String
        /// PEM.
        package var key: Secret<String>
        /// SHA-256 of `certificate`, byte for byte, in hexadecimal digits.
        package var fileDigest: String
        /// SHA-256 of the SubjectPublicKeyInfo, in hexadecimal digits.
        package var publicKeyDigest: String

        package init(certificate: String, key: Secret<String>, fileDigest: String, publicKeyDigest: String) {
            self.certificate = certificate
            self.key = key
            self.fileDigest = fileDigest
            self.publicKeyDigest = publicKeyDigest
        }
    }

    /// A key and its public half, both PEM.
    package struct Pair: Sendable {
        package var key: Secret<String>
        package var publicKey: String

        package init(key: Secret<String>, publicKey: String) {
            self.key = key
            self.publicKey = publicKey
        }
    }
}

/// Which keys a lab's cluster needs, by the paths that the distribution knows them by, without `.crt` and `.key`.
package enum RequiredKubernetesKeys {
    /// The authorities, the one that join tokens pin first; none without a cluster.
    ///
    /// k3s and RKE2 keep those that stand in `server/tls` and make no others (k3s-io/k3s, pkg/daemons/control/deps,
    /// `createSigningCertKey`); kubeadm does so in `/etc/kubernetes/pki`.
    package static func authorities(of lab: Lab) -> [String] {
        switch lab.cluster?.distribution {
        case .k3s, .rke2: ["server-ca", "client-ca", "request-header-ca", "etcd/server-ca", "etcd/peer-ca"]
        case .kubeadm: ["ca", "front-proxy-ca", "etcd/ca"]
        case nil: []
        }
    }

    /// The key of service accounts; `nil` where the distribution makes it itself and no other node needs it.
    package static func serviceAccount(of lab: Lab) -> String? {
        lab.cluster?.distribution == .kubeadm ? "sa" : nil
    }

    /// The secret that the passwords of nodes follow from; `nil` where nodes have none.
    ///
    /// k3s and RKE2 bind a node's name to the password in `/etc/rancher/node/password`, which a node makes at its first
    /// start: one that forgets it is refused under its own name (k3s-io/k3s, pkg/agent/config, `ensureNodePassword`).
    package static func nodePasswords(of lab: Lab) -> String? {
        switch lab.cluster?.distribution {
        case .k3s, .rke2: "node-passwords"
        case .kubeadm, nil: nil
        }
    }
}
