//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import OIDC
import OIDCTestSupport
import Support
import Testing

@Suite("Rotation of signing keys")
struct KeyRotationTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)
    private static let schedule = KeySchedule(rotation: .days(2), longestToken: .hours(1))

    private static func ring(_ store: MemoryStore) -> KeyRing {
        KeyRing(store: store, algorithms: [.es256], schedule: schedule)
    }

    @Test(
        "a verifier that keeps the keys for 30 seconds meets no unknown one, for weeks",
        arguments: [60.0, 1_000, 7_201]
    )
    func neverUnknown(tick: Double) async throws {
        let store = MemoryStore()
        let ring = Self.ring(store)
        try await ring.load(at: Self.start)
        var signers: Set<String> = []
        var firstSeen: [String: Double] = [:]
        var time = 0.0
        while time < 14 * 86_400 {
            let now = Self.start.addingTimeInterval(time)
            _ = try await ring.maintain(at: now)
            for key in ring.published(at: now) where firstSeen[key.kid] == nil { firstSeen[key.kid] = time }
            let signer = try ring.signingKey(.es256, at: now)
            signers.insert(signer.kid)
            let seen = try #require(firstSeen[signer.kid])
            // The very first key signs at once: nobody has fetched any before it.
            #expect(seen == 0 || time - seen >= 60, "a key signs at \(time) that was first published at \(seen)")
            // What it signs now is verified until it has expired, and a cache's time besides.
            let end = now.addingTimeInterval(3_600 + 30)
            #expect(ring.published(at: end).contains { $0.kid == signer.kid })
            time += tick
        }
        #expect((6...7).contains(signers.count))
    }

    @Test("a server that was off for long publishes the next key before it signs")
    func afterAPause() async throws {
        let store = MemoryStore()
        let ring = Self.ring(store)
        try await ring.load(at: Self.start)
        let key = try ring.signingKey(.es256, at: Self.start)
        let token = try CompactToken.sign(["sub": .string("x")], type: "JWT", with: key)
        let old = key.kid
        let later = Self.start.addingTimeInterval(30 * 86_400)
        let changes = try await ring.maintain(at: later)
        #expect(changes.count == 1)
        #expect(try ring.signingKey(.es256, at: later).kid == old)
        #expect(ring.published(at: later).count == 2)
        #expect(try await ring.maintain(at: later.addingTimeInterval(599)).isEmpty)
        let changed = later.addingTimeInterval(600)
        #expect(try await ring.maintain(at: changed) == [.retired(kid: old, .es256)])
        #expect(try ring.signingKey(.es256, at: changed).kid != old)
        #expect(ring.published(at: changed).count == 2)
        let late = changed.addingTimeInterval(3_660)
        #expect(try await ring.maintain(at: late).isEmpty)
        #expect(ring.published(at: late).count == 1)
        #expect(await ring.verify(token, at: late) == nil)
        #expect(await ring.verify(token, isHint: true, at: late) != nil)
        let gone = changed.addingTimeInterval(3_660 + 90 * 86_400)
        #expect(try await ring.maintain(at: gone).contains(.removed(kid: old, .es256)))
        #expect(await ring.verify(token, isHint: true, at: gone) == nil)
    }

    @Test("staging twice stages once, and several processes stage one")
    func staging() async throws {
        let store = MemoryStore()
        let rotation = KeyRotation(store: store, schedule: Self.schedule)
        let (first, isNew) = try await rotation.stage(.es256, at: Self.start)
        #expect(isNew && first.activeFrom == Self.start.addingTimeInterval(600))
        let again = try await rotation.stage(.es256, at: Self.start.addingTimeInterval(5))
        #expect(!again.isNew && again.next.kid == first.kid)
        let kids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 {
                group.addTask { try await rotation.stage(.es256, at: Self.start.addingTimeInterval(700)).next.kid }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(kids.count == 1)
        #expect(await store.signingKeys().count == 3)
    }

    @Test("a leaked key is gone at once, and so is what it signed")
    func leaked() async throws {
        let store = MemoryStore()
        let ring = Self.ring(store)
        try await ring.load(at: Self.start)
        let old = try ring.signingKey(.es256, at: Self.start)
        let token = try CompactToken.sign(["sub": .string("x")], type: "JWT", with: old)
        let (next, gone) = try await KeyRotation(store: store, schedule: Self.schedule)
            .replaceLeaked(.es256, at: Self.start)
        #expect(gone == [old.kid])
        try await ring.refresh()
        #expect(ring.published(at: Self.start).map(\.kid) == [next.kid])
        #expect(try ring.signingKey(.es256, at: Self.start).kid == next.kid)
        #expect(await ring.verify(token, at: Self.start) == nil)
    }

    @Test("a clock that goes back leaves a key to sign with")
    func clockGoesBack() async throws {
        let store = MemoryStore()
        let ring = Self.ring(store)
        try await ring.load(at: Self.start)
        let before = Self.start.addingTimeInterval(-86_400)
        let only = try ring.signingKey(.es256, at: before).kid
        #expect(try await ring.maintain(at: before).isEmpty)
        #expect(try ring.signingKey(.es256, at: Self.start).kid == only)
    }

    @Test("keys of an algorithm that a client wants from now on are made")
    func newAlgorithm() async throws {
        let ring = Self.ring(MemoryStore())
        try await ring.load(at: Self.start)
        #expect(throws: OIDCError.self) { try ring.signingKey(.rs256, at: Self.start) }
        try await ring.load([.rs256, .es256], at: Self.start)
        #expect(try ring.signingKey(.rs256, at: Self.start).algorithm == .rs256)
    }
}
