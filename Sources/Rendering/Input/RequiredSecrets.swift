//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab

/// The secrets, besides those of the clients, that a lab's outputs carry.
package enum RequiredSecrets {
    /// Token by which servers join k3s.
    package static let serverToken = "k3s-token"
    /// Token by which agents join k3s; it cannot make a server.
    package static let agentToken = "k3s-agent-token"
    /// Password of Argo CD's local administrator; outputs carry its bcrypt hash.
    package static let argocdAdmin = "argocd-admin"

    /// Those that the lab needs without naming them, in a fixed order, then those of `secrets`.
    package static func specs(of lab: Lab) -> [RequiredSecret] {
        var specs: [RequiredSecret] = []
        if let cluster = lab.cluster {
            if cluster.distribution == .k3s { specs += [RequiredSecret(serverToken), RequiredSecret(agentToken)] }
            if cluster.version(of: "argocd") != nil { specs.append(RequiredSecret(argocdAdmin, isHashed: true)) }
        }
        let named = Set(lab.secrets.map(\.name))
        return specs.filter { !named.contains($0.name) } + lab.secrets.map { RequiredSecret($0) }
    }

    /// The names of ``specs(of:)``.
    package static func names(of lab: Lab) -> [String] { specs(of: lab).map(\.name) }
}

/// A secret that a lab's outputs carry.
package struct RequiredSecret: Sendable, Hashable {
    package var name: String
    /// Number of characters.
    package var length: Int
    package var alphabet: SecretSpec.Alphabet
    /// Whether outputs carry its bcrypt hash, which ``RenderInput/passwordHashes`` then holds under the same name.
    package var isHashed: Bool

    /// 256 bits as base64url.
    init(_ name: String, isHashed: Bool = false) {
        self.name = name
        length = 43
        alphabet = .base64url
        self.isHashed = isHashed
    }

    init(_ spec: SecretSpec) {
        name = spec.name
        length = spec.length
        alphabet = spec.alphabet
        isHashed = spec.name == RequiredSecrets.argocdAdmin
    }
}
