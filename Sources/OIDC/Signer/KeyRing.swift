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
import Synchronization

/// The keys that sign tokens and those that are still published.
package actor KeyRing {
    private let store: any SigningKeyStore
    private let schedule: KeySchedule
    private let rotation: KeyRotation
    private var algorithms: [SigningAlgorithm]
    /// What is in use, for readers who need not wait for their turn.
    private nonisolated let current = Mutex((keys: [SigningKey](), verifiers: JWTKeyCollection()))

    /// A ring that has a key for each of `algorithms`. Empty until ``load(at:)``.
    package init(
        store: any SigningKeyStore,
        algorithms: Set<SigningAlgorithm>,
        schedule: KeySchedule,
        generate: @escaping KeyRotation.Generator = { try SigningKey.generate($0, at: $1, activeFrom: $2) }
    ) {
        self.store = store
        self.schedule = schedule
        self.algorithms = Self.ordered(algorithms)
        rotation = KeyRotation(store: store, schedule: schedule, generate: generate)
    }

    /// The algorithms that clients use; RS256 always (OpenID Connect Core 1.0, section 15.1).
    package static func algorithms(of clients: [Client]) -> Set<SigningAlgorithm> {
        Set(clients.map(\.algorithm)).union([.rs256])
    }

    /// Reads the keys, and makes the first one of each algorithm where there is none.
    package func load(at now: Date) async throws {
        try await rotation.ensure(algorithms, at: now)
        try await refresh()
    }

    /// Has a key for each of `algorithms` from now on.
    package func load(_ algorithms: Set<SigningAlgorithm>, at now: Date) async throws {
        self.algorithms = Self.ordered(algorithms)
        try await load(at: now)
    }

    /// Stages, retires and forgets keys as the schedule wants it, and reads them again.
    package func maintain(at now: Date) async throws -> [KeyRotation.Change] {
        let changes = try await rotation.maintain(algorithms, at: now)
        try await refresh()
        return changes
    }

    /// Reads the keys again: some other process may have added or retired one.
    package func refresh() async throws {
        let records = try await store.signingKeys()
        let keys = current.withLock { $0.keys }
        guard records.map(\.kid) != keys.map(\.kid) || records.map(\.retired) != keys.map(\.retired) else { return }
        let read = try records.map { record throws(OIDCError) in try SigningKey(record) }
        let collection = JWTKeyCollection()
        for key in read {
            try await Self.add(key, to: collection)
        }
        current.withLock { $0 = (read, collection) }
    }

    /// The key that signs with an algorithm now: the newest one that is active. When the clock has gone back behind all of
    /// them, the one that comes nearest.
    package nonisolated func signingKey(_ algorithm: SigningAlgorithm, at now: Date) throws(OIDCError) -> SigningKey {
        let living = current.withLock { $0.keys }.filter { $0.algorithm == algorithm && $0.retired == nil }
        let active = living.filter { $0.activeFrom <= now }
        guard
            let key = active.max(by: { $0.activeFrom < $1.activeFrom })
                ?? living.min(by: { $0.activeFrom < $1.activeFrom })
        else {
            throw OIDCError(.oidcKeyMissing, "there is no \(algorithm.rawValue) signing key")
        }
        return key
    }

    /// The keys of the JWKS: next, current, and retired ones whose tokens may still be good.
    package nonisolated func published(at now: Date) -> [SigningKey] {
        current.withLock { $0.keys }.filter { key in
            guard let retired = key.retired else { return true }
            return now.timeIntervalSince(retired) < schedule.publishedAfterRetirement.seconds
        }
    }

    private static func ordered(_ algorithms: Set<SigningAlgorithm>) -> [SigningAlgorithm] {
        SigningAlgorithm.allCases.filter { algorithms.contains($0) }
    }

    /// What a token says, if one of our keys signed it with its own algorithm. Times, issuer and audience are for the
    /// caller to judge. `nil` for anything else.
    ///
    /// - Parameters:
    ///   - token: in compact form.
    ///   - isHint: whether it is a hint about who somebody is, which gives no access: keys that are published no more count
    ///     then too.
    ///   - now: the time of the request.
    /// - Returns: type and claims.
    package nonisolated func verify(_ token: String, isHint: Bool = false, at now: Date) async -> VerifiedToken? {
        let (keys, verifiers) = current.withLock { $0 }
        guard let header = CompactToken.header(of: token),
            let key = (isHint ? keys : published(at: now)).first(where: { $0.kid == header.kid }),
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
