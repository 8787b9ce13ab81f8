//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import PKI
import Rendering
import Secrets
import Storage
import Support

extension FirstBoot {
    /// Makes the keys that the cluster lacks of its own. They are kept as secrets of the state; rotating a token leaves
    /// them as they are.
    ///
    /// - Returns: what was made now, in words.
    func ensureKubernetesKeys() async throws -> [String] {
        guard let cluster = lab.cluster else { return [] }
        let (now, store) = (context.clock.now, state.database)
        var made: [String] = []
        for authority in RequiredKubernetesKeys.authorities(of: lab) {
            let name = Self.secretName(authority, of: cluster)
            let (_, isMade) = try await NamedSecrets.ensure(name, in: store, now: now) {
                let commonName = "\(cluster.name) \(authority.replacing("/", with: "-"))"
                return try KubernetesAuthority.make(commonName: commonName, now: now, random: context.random).pem
            }
            if isMade { made.append("authority \(name)") }
        }
        if let key = RequiredKubernetesKeys.serviceAccount(of: lab) {
            let name = Self.secretName(key, of: cluster)
            let (_, isMade) = try await NamedSecrets.ensure(name, in: store, now: now) {
                try ServiceAccountKey.make().privateKey
            }
            if isMade { made.append("key \(name)") }
        }
        if let key = RequiredKubernetesKeys.nodePasswords(of: lab) {
            let name = Self.secretName(key, of: cluster)
            let (_, isMade) = try await NamedSecrets.ensure(name, in: store, now: now) {
                SecretGenerator.clientSecret(context.random)
            }
            if isMade { made.append("secret \(name)") }
        }
        return made
    }

    /// The keys of the cluster's own, as far as the state has them; `nil` without a cluster.
    func kubernetesKeys() async throws -> KubernetesKeys? {
        guard let cluster = lab.cluster else { return nil }
        var keys = KubernetesKeys(authorities: [:])
        for name in RequiredKubernetesKeys.authorities(of: lab) {
            let secretName = Self.secretName(name, of: cluster)
            guard let secret = try await state.database.namedSecret(secretName) else { continue }
            let authority = try KubernetesAuthority(pem: secret.value, name: "the secret \(secretName)")
            keys.authorities[name] = KubernetesKeys.Authority(
                certificate: authority.certificate,
                key: authority.privateKey,
                fileDigest: authority.fileDigest,
                publicKeyDigest: authority.publicKeyDigest
            )
        }
        if let name = RequiredKubernetesKeys.serviceAccount(of: lab) {
            let secretName = Self.secretName(name, of: cluster)
            if let secret = try await state.database.namedSecret(secretName) {
                let key = try ServiceAccountKey(pem: secret.value, name: "the secret \(secretName)")
                keys.serviceAccount = KubernetesKeys.Pair(key: key.privateKey, publicKey: key.publicKey)
            }
        }
        if let name = RequiredKubernetesKeys.nodePasswords(of: lab),
            let secret = try await state.database.namedSecret(Self.secretName(name, of: cluster))
        {
            for node in lab.nodes {
                keys.nodePasswords[node.name] = SecretGenerator.derived(from: secret.value, for: node.name)
            }
        }
        return keys
    }

    /// The name of a key among the secrets of the state. The slashes keep it apart from those that lab.yaml may name. What
    /// distributions call alike they share, since one cluster has one of them.
    private static func secretName(_ key: String, of cluster: Cluster) -> String { "kubernetes/\(cluster.name)/\(key)" }
}
