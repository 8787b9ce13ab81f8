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
    /// Password by which servers join k3s or RKE2: `k3s-token`.
    static func serverToken(_ distribution: Cluster.Distribution) -> String { "\(distribution.rawValue)-token" }
    /// Password by which agents join k3s or RKE2: `k3s-agent-token`. It cannot make a server.
    static func agentToken(_ distribution: Cluster.Distribution) -> String { "\(distribution.rawValue)-agent-token" }
    /// The bootstrap token by which nodes join what kubeadm made.
    static let bootstrapToken = "kubeadm-token"
    /// The password of a user's account on the nodes: `shell-USERNAME`.
    static func shellPassword(of user: User) -> String { "shell-\(user.username)" }

    /// Those that the lab needs without naming them, in a fixed order, then those of `secrets`.
    package static func specs(of lab: Lab) -> [RequiredSecret] {
        var specs: [RequiredSecret] = []
        if let cluster = lab.cluster { specs += tokens(cluster.distribution) }
        for secret in lab.clients.flatMap({ $0.app?.secrets ?? [] })
        where !specs.contains(where: { $0.name == secret.name }) {
            specs.append(RequiredSecret(secret.name, isHashed: secret.isHashed))
        }
        if !lab.nodes.isEmpty {
            specs += lab.users.filter { $0.account != nil }.map { RequiredSecret(shellPasswordOf: $0) }
        }
        let named = Set(lab.secrets.map(\.name))
        return specs.filter { !named.contains($0.name) }
            + lab.secrets.map { spec in RequiredSecret(spec, as: specs.first { $0.name == spec.name }) }
    }

    private static func tokens(_ distribution: Cluster.Distribution) -> [RequiredSecret] {
        switch distribution {
        case .k3s, .rke2: [RequiredSecret(serverToken(distribution)), RequiredSecret(agentToken(distribution))]
        case .kubeadm: [RequiredSecret(bootstrapToken: bootstrapToken)]
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
    /// Whether it has the form of kubeadm's bootstrap tokens, and length and alphabet do not count.
    package var isBootstrapToken = false
    /// Whether outputs carry its bcrypt hash, which ``RenderInput/passwordHashes`` then holds under the same name.
    package var isHashed: Bool
    /// Whether outputs carry its yescrypt hash, which ``RenderInput/shellHashes`` then holds under the same name.
    package var isShellPassword = false

    /// 256 bits as base64url.
    init(_ name: String, isHashed: Bool = false) {
        self.name = name
        length = 43
        alphabet = .base64url
        self.isHashed = isHashed
    }

    init(bootstrapToken name: String) {
        self.init(name)
        isBootstrapToken = true
    }

    init(shellPasswordOf user: User) {
        self.init(RequiredSecrets.shellPassword(of: user))
        isShellPassword = true
    }

    /// A secret that lab.yaml names, in the form that it wants; `implied` is the one that the lab needs anyway.
    init(_ spec: SecretSpec, as implied: RequiredSecret?) {
        name = spec.name
        length = spec.length
        alphabet = spec.alphabet
        isHashed = implied?.isHashed ?? false
        isShellPassword = implied?.isShellPassword ?? false
    }
}
