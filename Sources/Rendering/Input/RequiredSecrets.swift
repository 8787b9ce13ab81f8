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

    /// Those that the lab needs without naming them, in a fixed order, then those of `secrets`.
    package static func specs(of lab: Lab) -> [RequiredSecret] {
        var specs: [RequiredSecret] = []
        if let cluster = lab.cluster {
            if cluster.distribution == .k3s { specs += [RequiredSecret(serverToken), RequiredSecret(agentToken)] }
            for instance in lab.appInstances where instance.component != nil {
                specs += instance.app.secrets.map { RequiredSecret($0.name, isHashed: $0.isHashed) }
            }
        }
        let named = Set(lab.secrets.map(\.name))
        return specs.filter { !named.contains($0.name) }
            + lab.secrets.map { spec in
                RequiredSecret(spec, isHashed: specs.contains { $0.name == spec.name && $0.isHashed })
            }
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

    init(_ spec: SecretSpec, isHashed: Bool) {
        name = spec.name
        length = spec.length
        alphabet = spec.alphabet
        self.isHashed = isHashed
    }
}
