//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Lab
import Support

/// When signing keys come and go.
///
/// A key is published before it signs, and after, so that no relying party ever meets a token whose key it cannot find:
/// kube-apiserver and others fetch the keys again when they meet an unknown one, but not more often than the answer's
/// `max-age` lets them.
package struct KeySchedule: Sendable, Hashable {
    /// Age at which a key is replaced.
    package var rotation: Duration
    /// How long a token may live at most.
    package var longestToken: Duration

    /// How long a key is published before it signs: Dex, whose place kindling may have taken, lets its keys be kept for
    /// ten minutes.
    package static let lead = Duration.minutes(10)
    /// How long a relying party may keep the JWKS: no more than the 30 s that kube-apiserver treats as "always refetch".
    package static let cacheTime = Duration.seconds(30)

    package init(rotation: Duration, longestToken: Duration) {
        self.rotation = rotation
        self.longestToken = longestToken
    }

    /// How long a key is kept, unpublished, for the hints in requests to sign out: those count after they have expired.
    package static let hintMemory = Duration.days(90)

    /// How long a key is published after it stopped signing: until the last token has expired, and a minute besides.
    package var publishedAfterRetirement: Duration { longestToken + Self.cacheTime * 2 }
}

/// Rotation of the keys that sign tokens, as steps on the store; each may be repeated, and any number of processes may
/// take them at once.
package struct KeyRotation: Sendable {
    /// Makes a key: algorithm, now, when it is to sign. RSA computes for a tenth of a second and more.
    package typealias Generator = @Sendable (SigningAlgorithm, Date, Date) async throws -> SigningKeyRecord

    /// What has changed.
    package enum Change: Sendable, Hashable {
        case staged(kid: String, SigningAlgorithm)
        case retired(kid: String, SigningAlgorithm)
        case removed(kid: String, SigningAlgorithm)
    }

    private let store: any SigningKeyStore
    private let schedule: KeySchedule
    private let generate: Generator

    package init(
        store: any SigningKeyStore,
        schedule: KeySchedule,
        generate: @escaping Generator = { try SigningKey.generate($0, at: $1, activeFrom: $2) }
    ) {
        self.store = store
        self.schedule = schedule
        self.generate = generate
    }

    /// Makes the first key of each algorithm where there is none; it signs at once.
    package func ensure(_ algorithms: [SigningAlgorithm], at now: Date) async throws {
        let stored = try await store.signingKeys()
        for algorithm in algorithms where !stored.contains(where: { $0.algorithm == algorithm && $0.retired == nil }) {
            _ = try await store.addFirstSigningKey(try await generate(algorithm, now, now))
        }
    }

    /// Does what is due: stages successors, retires keys whose successor signs, forgets keys whose tokens have ended.
    package func maintain(_ algorithms: [SigningAlgorithm], at now: Date) async throws -> [Change] {
        try await ensure(algorithms, at: now)
        var changes: [Change] = []
        let stored = try await store.signingKeys()
        for algorithm in algorithms {
            let living = Self.living(stored, algorithm)
            guard let youngest = living.last else { continue }
            let due = youngest.activeFrom.addingTimeInterval(schedule.rotation.seconds)
            if youngest.activeFrom <= now, now >= due.addingTimeInterval(-KeySchedule.lead.seconds) {
                let start = max(due, now.addingTimeInterval(KeySchedule.lead.seconds))
                let next = try await generate(algorithm, now, start)
                if try await store.addSigningKey(next, succeeding: youngest.kid) {
                    changes.append(.staged(kid: next.kid, algorithm))
                }
            }
        }
        for algorithm in SigningAlgorithm.allCases {
            let active = Self.living(stored, algorithm).filter { $0.activeFrom <= now }
            for key in active.dropLast() {
                try await store.retireSigningKey(kid: key.kid, at: now)
                changes.append(.retired(kid: key.kid, algorithm))
            }
        }
        for key in stored {
            guard let retired = key.retired,
                now.timeIntervalSince(retired) >= schedule.publishedAfterRetirement.seconds
                    + KeySchedule.hintMemory.seconds
            else { continue }
            try await store.removeSigningKey(kid: key.kid)
            changes.append(.removed(kid: key.kid, key.algorithm))
        }
        return changes
    }

    /// Stages a successor ahead of time; it signs after ``KeySchedule/lead``. One that waits already is left as it is.
    ///
    /// - Returns: the key that waits, and whether it was made just now.
    package func stage(
        _ algorithm: SigningAlgorithm,
        at now: Date
    ) async throws -> (next: SigningKeyRecord, isNew: Bool) {
        try await ensure([algorithm], at: now)
        while true {
            guard let youngest = Self.living(try await store.signingKeys(), algorithm).last else {
                throw OIDCError(.oidcKeyMissing, "there is no \(algorithm.rawValue) signing key")
            }
            if now < youngest.activeFrom { return (youngest, false) }
            let next = try await generate(algorithm, now, now.addingTimeInterval(KeySchedule.lead.seconds))
            if try await store.addSigningKey(next, succeeding: youngest.kid) { return (next, true) }
        }
    }

    /// Replaces the keys of an algorithm at once, for when one has got into wrong hands: what they signed is void from
    /// now on, and relying parties that still hold them have to be told.
    ///
    /// - Returns: the new key, and the ones that are gone.
    package func replaceLeaked(
        _ algorithm: SigningAlgorithm,
        at now: Date
    ) async throws -> (next: SigningKeyRecord, gone: [String]) {
        let old = try await store.signingKeys().filter { $0.algorithm == algorithm }
        let next = try await generate(algorithm, now, now)
        try await store.addSigningKey(next)
        for key in old { try await store.removeSigningKey(kid: key.kid) }
        return (next, old.map(\.kid))
    }

    /// The keys of an algorithm that are not retired, in the order in which they sign.
    private static func living(_ keys: [SigningKeyRecord], _ algorithm: SigningAlgorithm) -> [SigningKeyRecord] {
        keys.filter { $0.algorithm == algorithm && $0.retired == nil }
            .sorted { ($0.activeFrom, $0.created, $0.kid) < ($1.activeFrom, $1.created, $1.kid) }
    }
}
