//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab
package import Support

/// All that outputs are made from: the same input gives the same bytes.
package struct RenderInput: Sendable {
    package var lab: Lab
    package var trust: TrustMaterial
    /// Needed where cert-manager is a component.
    package var clusterIntermediate: ClusterIntermediate?
    /// Needed where there is a cluster.
    package var kubernetesKeys: KubernetesKeys?
    /// Client secrets, by client ID.
    package var clientSecrets: [String: Secret<String>]
    /// Other secrets, by the names of ``RequiredSecrets``.
    package var secrets: [String: Secret<String>]
    /// bcrypt hashes of secrets, by the same names. A hash is random by nature, so it is made once and kept.
    package var passwordHashes: [String: Secret<String>]
    /// yescrypt hashes of the passwords of accounts, by the same names, made once and kept likewise.
    package var shellHashes: [String: Secret<String>]
    /// How often a node was set up anew, by its name; 1 for one that is not named. Part of its instance ID.
    package var generations: [String: Int]
    /// When the last of the certificates that a node meets in its first boot begins, in seconds since 1970: a clock
    /// that is not behind it finds all of them valid. `nil`: nodes without a clock are told no time.
    package var notBefore: Int?

    package init(
        lab: Lab,
        trust: TrustMaterial,
        clusterIntermediate: ClusterIntermediate? = nil,
        kubernetesKeys: KubernetesKeys? = nil,
        clientSecrets: [String: Secret<String>] = [:],
        secrets: [String: Secret<String>] = [:],
        passwordHashes: [String: Secret<String>] = [:],
        shellHashes: [String: Secret<String>] = [:],
        generations: [String: Int] = [:],
        notBefore: Int? = nil
    ) {
        self.lab = lab
        self.trust = trust
        self.clusterIntermediate = clusterIntermediate
        self.kubernetesKeys = kubernetesKeys
        self.clientSecrets = clientSecrets
        self.secrets = secrets
        self.passwordHashes = passwordHashes
        self.shellHashes = shellHashes
        self.generations = generations
        self.notBefore = notBefore
    }
}

/// The lab's roots, in the forms that consumers read.
package struct TrustMaterial: Sendable, Hashable {
    /// One certificate each, PEM with a line feed at its end; more than one during a rotation.
    package var roots: [String]
    /// The entries of a ConfigMap that is mounted as a folder: the bundle, and every root under its OpenSSL name.
    package var entries: [Entry]
    /// A PKCS#12 trust store for Java, to go into ConfigMaps beside the entries.
    package var javaStore: [UInt8]?

    /// A key of a ConfigMap and its text.
    package struct Entry: Sendable, Hashable {
        package var key: String
        package var text: String

        package init(key: String, text: String) {
            self.key = key
            self.text = text
        }
    }

    package init(roots: [String], entries: [Entry], javaStore: [UInt8]? = nil) {
        self.roots = roots
        self.entries = entries
        self.javaStore = javaStore
    }

    /// All roots, one after the other.
    package var bundle: String { roots.joined() }
}

/// The authority that cert-manager signs with in the cluster.
package struct ClusterIntermediate: Sendable {
    /// PEM.
    package var certificate: String
    /// PEM.
    package var key: Secret<String>
    /// PEM of the root that signed it.
    package var root: String

    package init(certificate: String, key: Secret<String>, root: String) {
        self.certificate = certificate
        self.key = key
        self.root = root
    }
}
