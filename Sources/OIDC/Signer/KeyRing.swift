//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import JWTKit
package import Lab
import Support

/// The keys that sign tokens and those that are still published.
package actor KeyRing {
    /// How long a relying party may keep the JWKS: no more than the 30 s that kube-apiserver treats as "always refetch".
    package static let cacheTime = Duration.seconds(30)

    private let store: any SigningKeyStore
    private let algorithms: [SigningAlgorithm]
    private let publishedAfterRetirement: Duration
    private var keys: [SigningKey] = []
    private var verifiers = JWTKeyCollection()

    /// A ring that has a key for each of `algorithms`; a retired key stays published for `longestToken` and the cache
    /// time. Empty until ``load(at:)``.
    package init(store: any SigningKeyStore, algorithms: Set<SigningAlgorithm>, longestToken: Duration) {
        self.store = store
        self.algorithms = SigningAlgorithm.allCases.filter { algorithms.contains($0) }
        publishedAfterRetirement = longestToken + Self.cacheTime * 2
    }

    /// The algorithms that clients use; RS256 always (OpenID Connect Core 1.0, section 15.1).
    package static func algorithms(of clients: [Client]) -> Set<SigningAlgorithm> {
        Set(clients.map(\.algorithm)).union([.rs256])
    }

    /// Reads the keys, and makes the first one of each algorithm where there is none.
    package func load(at now: Date) async throws {
        let stored = try await store.signingKeys()
        for algorithm in algorithms where !stored.contains(where: { $0.algorithm == algorithm && $0.retired == nil }) {
            _ = try await store.addFirstSigningKey(try SigningKey.generate(algorithm, at: now, activeFrom: now))
        }
        try await refresh()
    }

    /// Reads the keys again: some other process may have added or retired one.
    package func refresh() async throws {
        let records = try await store.signingKeys()
        guard records.map(\.kid) != keys.map(\.kid) || records.map(\.retired) != keys.map(\.retired) else { return }
        let read = try records.map { record throws(OIDCError) in try SigningKey(record) }
        let collection = JWTKeyCollection()
        for key in read {
            try await Self.add(key, to: collection)
        }
        keys = read
        verifiers = collection
    }

    /// The key that signs with an algorithm now: the newest one that is active.
    package func signingKey(_ algorithm: SigningAlgorithm, at now: Date) throws -> SigningKey {
        let active = keys.filter { $0.algorithm == algorithm && $0.retired == nil && $0.activeFrom <= now }
        guard let key = active.max(by: { $0.activeFrom < $1.activeFrom }) else {
            throw OIDCError(.oidcKeyMissing, "there is no \(algorithm.rawValue) signing key")
        }
        return key
    }

    /// The keys of the JWKS: next, current, and retired ones whose tokens may still be good.
    package func published(at now: Date) -> [SigningKey] {
        keys.filter { key in
            guard let retired = key.retired else { return true }
            return now.timeIntervalSince(retired) < publishedAfterRetirement.seconds
        }
    }

    /// What a token says, if one of our published keys signed it with its own algorithm. Times, issuer and audience are
    /// for the caller to judge. `nil` for anything else.
    package func verify(_ token: String, at now: Date) async -> VerifiedToken? {
        guard let header = CompactToken.header(of: token),
            let key = published(at: now).first(where: { $0.kid == header.kid }),
            key.algorithm.rawValue == header.algorithm,
            (try? await verifiers.verify(token, as: Unread.self)) != nil,
            // Only now: what a stranger wrote may be made to take long to read.
            let claims = CompactToken.claims(of: token)
        else { return nil }
        return VerifiedToken(type: header.type, claims: claims)
    }

    private static func add(_ key: SigningKey, to collection: JWTKeyCollection) async throws {
        let members = key.publicMembers
        switch key.algorithm {
        case .rs256:
            let publicKey = try Insecure.RSA.PublicKey(modulus: members["n"] ?? "", exponent: members["e"] ?? "")
            await collection.add(rsa: publicKey, digestAlgorithm: .sha256, kid: JWKIdentifier(string: key.kid))
        case .es256:
            let publicKey = try ES256PublicKey(parameters: (members["x"] ?? "", members["y"] ?? ""))
            await collection.add(ecdsa: publicKey, kid: JWKIdentifier(string: key.kid))
        }
    }

    /// A payload of which nothing is looked at: the library reads it before it checks the signature.
    private struct Unread: JWTPayload {
        func verify(using algorithm: some JWTAlgorithm) {}
    }
}
