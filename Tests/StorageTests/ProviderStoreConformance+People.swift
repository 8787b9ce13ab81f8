//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import OIDC
import OIDCTestSupport
import Storage
import Support
import Testing

/// The rest of what every store must do: people, devices, failed attempts, keys that follow each other, batches.
extension ProviderStoreConformance {
    @Test(
        "disabling ends sessions, grants and the link of its user alone; enabling brings none back",
        arguments: Kind.allCases
    )
    func disabling(kind: Kind) async throws {
        let store = try store(kind)
        try await store.add(.example("session"))
        try await store.add(.example("other", userID: "0002"))
        try await give(
            store,
            .example("g", sid: "sid-session", scopes: ["openid", "offline_access"]),
            access: .example("jti", grant: "g"),
            refresh: .example("refresh", grant: "g")
        )
        try await store.addLink(.example("link"))
        try await store.setDisabled(userID: "0001", true, notifying: ["wiki"], at: later(1))
        #expect(try await store.session(digest("session")) == nil)
        #expect(try await store.session(digest("other")) != nil)
        #expect(try await store.refreshToken(digest("refresh"))?.grant.revoked == later(1))
        #expect(try await store.link(digest("link")) == nil)
        #expect(try await store.logoutNotices(dueAt: later(1), limit: 9).map(\.clientID) == ["wiki"])
        try await store.setDisabled(userID: "0001", false, notifying: [], at: later(2))
        #expect(try await store.account(userID: "0001")?.isDisabled == false)
        #expect(try await store.accessToken("jti")?.grant.revoked == later(1))
    }

    @Test("a new password keeps the session that it was set in", arguments: Kind.allCases)
    func keptSession(kind: Kind) async throws {
        let store = try store(kind)
        try await store.add(.example("here"))
        try await store.add(.example("there"))
        func set(_ hash: String, replacing old: String?) async throws -> Bool {
            try await store.setPassword(
                userID: "0001",
                hash: Secret(hash),
                replacing: old.map { Secret($0) },
                keeping: digest("here"),
                notifying: [],
                at: now
            )
        }
        #expect(try await !set("hash", replacing: "none"))
        #expect(try await store.session(digest("there")) != nil)
        #expect(try await set("hash", replacing: nil))
        #expect(try await store.session(digest("here")) != nil)
        #expect(try await store.session(digest("there")) == nil)
        #expect(try await !set("mine", replacing: "old"))
        #expect(try await store.account(userID: "0001")?.passwordHash == Secret("hash"))
        #expect(try await set("mine", replacing: "hash"))
        #expect(try await store.account(userID: "0001")?.passwordHash == Secret("mine"))
    }

    @Test(
        "a device that was let in gets nothing once its person has a new password or is kept out",
        arguments: Kind.allCases
    )
    func devicesOfUsers(kind: Kind) async throws {
        let store = try store(kind)
        for (name, user) in [("d1", "0001"), ("d2", "0002"), ("d3", "0003")] {
            _ = try await store.addDevice(.example(name, userCode: "code-\(name)"))
            let approved = DeviceAuthorization.Decision.approved(userID: user, authenticated: now)
            #expect(try await store.decideDevice(userCode: digest("code-\(name)"), approved, at: now))
        }
        try await store.set("0001", Secret("hash"), at: now)
        try await store.setDisabled(userID: "0002", true, notifying: [], at: now)
        for (name, isLetIn) in [("d1", false), ("d2", false), ("d3", true)] {
            let isRedeemed = try await store.redeemDevice(
                digest(name),
                for: .example("g-\(name)"),
                access: .example(name, grant: "g-\(name)"),
                refresh: nil
            )
            #expect(isRedeemed == isLetIn, "\(name)")
            let decision = try await store.pollDevice(digest(name), at: later(9))?.device.decision
            #expect(decision == (isLetIn ? .redeemed : .denied), "\(name)")
        }
    }

    @Test("a hash is replaced only while it is the one that was read", arguments: Kind.allCases)
    func rehashing(kind: Kind) async throws {
        let store = try store(kind)
        try await store.set("0001", Secret("old"), at: now)
        try await store.add(.example("session"))
        try await store.replaceHash(userID: "0001", old: Secret("other"), new: Secret("wrong"))
        #expect(try await store.account(userID: "0001")?.passwordHash == Secret("old"))
        try await store.replaceHash(userID: "0001", old: Secret("old"), new: Secret("new"))
        try await store.replaceHash(userID: "none", old: Secret("old"), new: Secret("new"))
        #expect(try await store.account(userID: "0001")?.passwordHash == Secret("new"))
        #expect(try await store.account(userID: "0001")?.passwordChanged == now)
        #expect(try await store.account(userID: "none") == nil)
        #expect(try await store.session(digest("session")) != nil)
    }

    @Test("people are added once, changed and removed with all they had", arguments: Kind.allCases)
    func people(kind: Kind) async throws {
        let store = try store(kind)
        let guest = Person.example("p-1", email: "Guest@example.test")
        #expect(try await store.addPerson(guest))
        for (id, email, username) in [
            ("p-2", "guest@EXAMPLE.test", "other"), ("p-2", "other@example.test", "GUEST"),
            ("p-1", "third@example.test", "third"),
        ] {
            var twin = Person.example(id, email: email)
            twin.username = username
            #expect(try await !store.addPerson(twin), "\(email)")
        }
        #expect(try await store.people() == [guest])
        // Written into lab.yaml later, the person keeps the id.
        #expect(try await store.userID(email: "guest@example.test", made: "another") == "p-1")
        #expect(try await store.userID(email: "known@example.test", made: "k") == "k")
        #expect(try await !store.addPerson(.example("p-3", email: "known@example.test")))

        #expect(try await store.setGroups(userID: "p-1", ["two words", "editors"]))
        #expect(try await !store.setGroups(userID: "none", ["x"]))
        #expect(try await store.people().map(\.groups) == [["two words", "editors"]])
        try await store.set("p-1", Secret("hash"), at: now)
        try await store.add(.example("session", userID: "p-1"))
        try await give(store, .example("g", userID: "p-1"), access: .example("jti", grant: "g"))
        #expect(try await store.removePerson(userID: "p-1", notifying: [], at: later(1)))
        #expect(try await !store.removePerson(userID: "p-1", notifying: [], at: later(1)))
        #expect(try await store.people() == [])
        #expect(try await store.account(userID: "p-1") == nil)
        #expect(try await store.session(digest("session")) == nil)
        #expect(try await store.accessToken("jti")?.grant.revoked == later(1))
        #expect(try await store.userID(email: "guest@example.test", made: "heir") == "heir")
    }

    @Test("a device is let in once, and its polls are counted", arguments: Kind.allCases)
    func devices(kind: Kind) async throws {
        let store = try store(kind)
        let device = DeviceAuthorization.example("device", userCode: "CODE")
        #expect(try await store.addDevice(device))
        #expect(try await !store.addDevice(.example("twin", userCode: "CODE")))
        #expect(try await store.device(userCode: digest("CODE"), at: now) == device)
        #expect(try await store.device(userCode: digest("NONE"), at: now) == nil)
        #expect(try await store.device(userCode: digest("CODE"), at: later(600)) == nil)

        let first = try #require(try await store.pollDevice(digest("device"), at: later(1)))
        #expect(!first.isTooFast && first.device.interval == 5 && first.device.polled == later(1))
        let second = try #require(try await store.pollDevice(digest("device"), at: later(3)))
        #expect(second.isTooFast && second.device.interval == 10)
        #expect(try await store.pollDevice(digest("device"), at: later(13))?.isTooFast == false)
        #expect(try await store.pollDevice(digest("none"), at: now) == nil)

        func redeem() async throws -> Bool {
            try await store.redeemDevice(
                digest("device"),
                for: .example("g"),
                access: .example("a", grant: "g"),
                refresh: .example("r", grant: "g")
            )
        }
        #expect(try await !redeem())
        #expect(try await !store.decideDevice(userCode: digest("NONE"), .denied, at: now))
        #expect(try await !store.decideDevice(userCode: digest("CODE"), .denied, at: later(600)))
        let approved = DeviceAuthorization.Decision.approved(userID: "0001", authenticated: now)
        #expect(try await store.decideDevice(userCode: digest("CODE"), approved, at: later(20)))
        #expect(try await !store.decideDevice(userCode: digest("CODE"), .denied, at: later(20)))
        #expect(try await store.device(userCode: digest("CODE"), at: later(20)) == nil)
        #expect(try await store.pollDevice(digest("device"), at: later(40))?.device.decision == approved)
        #expect(try await redeem())
        #expect(try await store.accessToken("a")?.grant == .example("g"))
        #expect(try await store.refreshToken(digest("r")) != nil)
        #expect(try await !redeem())
        #expect(try await store.pollDevice(digest("device"), at: later(60))?.device.decision == .redeemed)
        // An expired code may be given out again.
        var again = DeviceAuthorization.example("again", userCode: "CODE")
        again.created = later(600)
        #expect(try await store.addDevice(again))
    }

    @Test("of eight parallel redemptions of one device one alone gets tokens", arguments: Kind.allCases)
    func parallelDevices(kind: Kind) async throws {
        let store = try store(kind)
        var device = DeviceAuthorization.example("device", userCode: "CODE")
        device.decision = .approved(userID: "0001", authenticated: now)
        _ = try await store.addDevice(device)
        let digest = digest("device")
        let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<8 {
                group.addTask {
                    try await store.redeemDevice(
                        digest,
                        for: .example("g\(number)"),
                        access: .example("a\(number)", grant: "g\(number)"),
                        refresh: nil
                    )
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(winners == 1)
    }

    @Test("failed attempts are counted, and old ones are not", arguments: Kind.allCases)
    func throttles(kind: Kind) async throws {
        let store = try store(kind)
        #expect(try await store.throttles(["a", "b"]) == [:])
        try await store.addFailure(["a": 60, "b": 3_600], at: now)
        try await store.addFailure(["a": 60, "b": 3_600], at: later(60))
        #expect(
            try await store.throttles(["a", "b", "c"]) == [
                "a": ThrottleRecord(failures: 1, updated: later(60), isKnown: false),
                "b": ThrottleRecord(failures: 2, updated: later(60), isKnown: false),
            ]
        )
        try await store.setThrottles(["a": ThrottleRecord(failures: 0, updated: later(61), isKnown: true)])
        try await store.addFailure(["a": 60], at: later(62))
        #expect(
            try await store.throttles(["a"])["a"] == ThrottleRecord(failures: 1, updated: later(62), isKnown: true)
        )
    }

    @Test("no failure is lost among parallel ones", arguments: Kind.allCases)
    func parallelThrottles(kind: Kind) async throws {
        let store = try store(kind)
        let now = now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { try await store.addFailure(["a": 60], at: now) } }
            try await group.waitForAll()
        }
        #expect(try await store.throttles(["a"])["a"]?.failures == 20)
    }

    @Test("a key has one successor, however many make one", arguments: Kind.allCases)
    func successors(kind: Kind) async throws {
        let store = try store(kind)
        try await store.addSigningKey(.example("k1"))
        var next = SigningKeyRecord.example("k2")
        next.activeFrom = later(600)
        #expect(try await store.addSigningKey(next, succeeding: "k1"))
        #expect(try await !store.addSigningKey(.example("k3"), succeeding: "k1"))
        #expect(try await store.addSigningKey(.example("k4"), succeeding: "k2"))
        #expect(try await store.signingKeys().map(\.kid).sorted() == ["k1", "k2", "k4"])
    }

    @Test("expired rows go in batches, and what waits or is known stays its time", arguments: Kind.allCases)
    func batches(kind: Kind) async throws {
        let store = try store(kind)
        for number in 0..<5 {
            try await store.add(.example("s\(number)"))
            _ = try await store.addDevice(.example("d\(number)", userCode: "c\(number)"))
        }
        try await store.setThrottles([
            "stranger": ThrottleRecord(failures: 9, updated: now, isKnown: false),
            "known": ThrottleRecord(failures: 0, updated: now, isKnown: true),
        ])
        let day = Duration.hours(24)
        #expect(try await store.removeExpired(at: later(1_000), retention: day, limit: 2) == 4)
        #expect(try await store.removeExpired(at: later(1_000), retention: day, limit: 2) == 4)
        #expect(try await store.removeExpired(at: later(1_000), retention: day, limit: 2) == 2)
        #expect(try await store.removeExpired(at: later(1_000), retention: day, limit: 2) == 0)
        #expect(try await store.removeExpired(at: later(90_000), retention: day, limit: 2) == 1)
        #expect(try await store.throttles(["stranger", "known"]).keys.sorted() == ["known"])
        #expect(try await store.removeExpired(at: later(200 * 86_400), retention: day, limit: 2) == 1)
    }

    @Test("sessions and grants that are alive are counted", arguments: Kind.allCases)
    func counts(kind: Kind) async throws {
        let store = try store(kind)
        try await store.add(.example("one"))
        try await store.add(.example("two"))
        for grant in ["g1", "g2", "g3"] {
            try await give(store, .example(grant), access: .example(grant, grant: grant))
        }
        try await store.addCode(.example("unused", grant: "g4"), of: .example("g4"))
        try await store.revokeGrant("g2", at: now)
        #expect(try await store.counts(at: later(1)) == StoreCounts(sessions: 2, grants: 2))
        #expect(try await store.counts(at: later(600)) == StoreCounts(sessions: 0, grants: 2))
        #expect(try await store.counts(at: later(3_600)) == StoreCounts(sessions: 0, grants: 0))
    }
}
