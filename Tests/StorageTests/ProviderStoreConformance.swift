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
import Storage
import Support
import Testing

/// What every store of the identity provider must do, held against the one in memory and the one on disk.
@Suite struct ProviderStoreConformance {
    enum Kind: CaseIterable, Sendable {
        case memory, disk
    }

    private let fixture: StateFixture
    let now = StateFixture.now

    init() throws {
        fixture = try StateFixture()
    }

    func store(_ kind: Kind) throws -> any OIDCStore {
        switch kind {
        case .memory: MemoryStore()
        case .disk: try fixture.make()
        }
    }

    func digest(_ value: String) -> TokenDigest { TokenDigest(of: Secret(value)) }

    func later(_ seconds: Double) -> Date { now.addingTimeInterval(seconds) }

    /// Adds a grant by way of its code, with tokens.
    func give(
        _ store: any OIDCStore,
        _ grant: AuthorizationGrant,
        access: AccessToken,
        refresh: RefreshToken? = nil
    ) async throws {
        try await store.addCode(.example("code-\(grant.id)", grant: grant.id), of: grant)
        let redeemed = try await store.redeemCode(digest("code-\(grant.id)"), access: access, refresh: refresh, at: now)
        #expect(redeemed == .fresh(.example("code-\(grant.id)", grant: grant.id), grant))
    }

    // MARK: Sessions

    @Test("a session is found until it is ended", arguments: Kind.allCases)
    func sessions(kind: Kind) async throws {
        let store = try store(kind)
        var one = Session.example("one")
        one.address = "192.0.2.7"
        one.agent = "Browser/1.0"
        try await store.add(one)
        try await store.add(.example("two"))
        try await store.add(.example("other", userID: "0002"))
        #expect(try await store.session(digest("one")) == one)
        #expect(try await store.session(digest("none")) == nil)
        #expect(Set(try await store.sessions(userID: "0001").map(\.sid)) == ["sid-one", "sid-two"])
        try await store.endSession(digest("one"), notifying: [], at: now)
        try await store.endSession(digest("none"), notifying: [], at: now)
        #expect(try await store.session(digest("one")) == nil)
        #expect(try await store.session(digest("two")) != nil)
        try await store.add(.example("three"))
        try await store.endSessions(userID: "0001", except: digest("three"), notifying: [], at: now)
        #expect(try await store.session(digest("two")) == nil)
        #expect(try await store.session(digest("three")) != nil)
        try await store.endSessions(userID: "0001", except: nil, notifying: [], at: now)
        #expect(try await store.sessions(userID: "0001") == [])
        #expect(try await store.session(digest("other")) != nil)
    }

    @Test("a session takes the place of the browser's earlier one", arguments: Kind.allCases)
    func replacing(kind: Kind) async throws {
        let store = try store(kind)
        try await give(store, .example("g", sid: "sid-one"), access: .example("jti", grant: "g"))
        try await store.add(.example("one"))
        var again = Session.example("again")
        again.sid = "sid-one"
        try await store.addSession(again, replacing: digest("one"), notifying: ["wiki"])
        #expect(try await store.session(digest("one")) == nil)
        #expect(try await store.logoutNotices(dueAt: later(1), limit: 9) == [])
        #expect(try await store.accessToken("jti")?.grant.revoked == nil)
        // Another person at the same browser.
        try await store.addSession(
            .example("theirs", userID: "0002"),
            replacing: digest("again"),
            notifying: ["wiki"]
        )
        #expect(try await store.session(digest("again")) == nil)
        #expect(try await store.accessToken("jti")?.grant.revoked == now)
        #expect(try await store.logoutNotices(dueAt: later(1), limit: 9).map(\.sid) == ["sid-one"])
        try await store.addSession(.example("x"), replacing: digest("none"), notifying: [])
        #expect(try await store.session(digest("x")) != nil)
    }

    @Test(
        "the end of a session reaches its own grants, and leaves notices for who wants them",
        arguments: Kind.allCases
    )
    func endings(kind: Kind) async throws {
        let store = try store(kind)
        for (grant, sid, scopes) in [
            ("g1", "sid-one", ["openid"]), ("g2", "sid-one", ["openid", "offline_access"]),
            ("g3", "sid-two", ["openid"]),
            ("g4", "sid-one", ["openid", "not_offline_access"]),
        ] {
            try await give(
                store,
                .example(grant, sid: sid, scopes: scopes),
                access: .example(grant, grant: grant)
            )
        }
        try await store.add(.example("one"))
        try await store.add(.example("two"))
        try await store.endSession(digest("one"), notifying: ["wiki", "other"], at: later(5))
        #expect(try await revoked(["g1", "g2", "g3", "g4"], in: store) == ["g1", "g4"])
        let notices = try await store.logoutNotices(dueAt: later(5), limit: 9)
        #expect(notices.map(\.clientID) == ["wiki"])
        let notice = try #require(notices.first)
        #expect(notice.sid == "sid-one" && notice.userID == "0001" && notice.attempts == 0)
        #expect(notice.created == later(5) && notice.due == later(5))
        #expect(try await store.logoutNotices(dueAt: later(4), limit: 9) == [])
        try await store.endSession(digest("two"), notifying: [], at: later(6))
        #expect(try await store.logoutNotices(dueAt: later(9), limit: 9).count == 1)
        try await store.postponeLogoutNotice(notice.id, until: later(60))
        #expect(try await store.logoutNotices(dueAt: later(59), limit: 9) == [])
        #expect(try await store.logoutNotices(dueAt: later(60), limit: 9).map(\.attempts) == [1])
        try await store.removeLogoutNotice(notice.id)
        try await store.removeLogoutNotice("none")
        #expect(try await store.logoutNotices(dueAt: later(60), limit: 9) == [])
    }

    /// Those of some access tokens whose grant is revoked.
    private func revoked(_ tokens: [String], in store: any OIDCStore) async throws -> [String] {
        var revoked: [String] = []
        for token in tokens where try await store.accessToken(token)?.grant.revoked != nil { revoked.append(token) }
        return revoked
    }

    // MARK: Codes

    @Test("a code is fresh once; the second use ends its grant", arguments: Kind.allCases)
    func codes(kind: Kind) async throws {
        let store = try store(kind)
        let code = AuthorizationCode.example("code", grant: "g")
        let grant = AuthorizationGrant.example("g")
        let replayed = CodeRedemption.replayed(grantID: "g", clientID: "wiki")
        try await store.addCode(code, of: grant)
        #expect(try await store.code(digest("code"))?.grant == grant)
        #expect(try await store.code(digest("code"))?.code == code)
        func redeem(_ name: String, at time: Date) async throws -> CodeRedemption {
            try await store.redeemCode(
                digest("code"),
                access: .example("jti-\(name)", grant: "g"),
                refresh: .example("refresh-\(name)", grant: "g"),
                at: time
            )
        }
        #expect(try await redeem("1", at: now) == .fresh(code, grant))
        #expect(try await store.code(digest("code")) == nil)
        #expect(try await store.accessToken("jti-1")?.grant.revoked == nil)
        #expect(try await redeem("2", at: later(5)) == replayed)
        #expect(try await store.accessToken("jti-2") == nil)
        #expect(try await store.refreshToken(digest("refresh-2")) == nil)
        #expect(try await store.accessToken("jti-1")?.grant.revoked == later(5))
        #expect(try await store.refreshToken(digest("refresh-1"))?.grant.revoked == later(5))
        #expect(try await store.consumeCode(digest("code"), at: later(9)) == replayed)
        #expect(try await store.accessToken("jti-1")?.grant.revoked == later(5))
        #expect(try await store.consumeCode(digest("unknown"), at: now) == .unknown)
        #expect(try await store.code(digest("unknown")) == nil)
    }

    @Test("a code that was spent for nothing gives nothing", arguments: Kind.allCases)
    func spentCodes(kind: Kind) async throws {
        let store = try store(kind)
        try await store.addCode(.example("code", grant: "g"), of: .example("g"))
        #expect(
            try await store.consumeCode(digest("code"), at: now) == .fresh(.example("code", grant: "g"), .example("g"))
        )
        let result = try await store.redeemCode(
            digest("code"),
            access: .example("a", grant: "g"),
            refresh: nil,
            at: now
        )
        #expect(result == .replayed(grantID: "g", clientID: "wiki"))
        #expect(try await store.accessToken("a") == nil)
        try await store.addCode(.example("later", grant: "h"), of: .example("h"))
        try await store.revokeGrant("h", at: now)
        _ = try await store.redeemCode(digest("later"), access: .example("b", grant: "h"), refresh: nil, at: now)
        #expect(try await store.accessToken("b") == nil)
    }

    @Test("of eight parallel redemptions of one code one alone is fresh", arguments: Kind.allCases)
    func parallelCodes(kind: Kind) async throws {
        let store = try store(kind)
        try await store.addCode(.example("code", grant: "g"), of: .example("g"))
        let digest = digest("code")
        let now = now
        let fresh = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let access = AccessToken.example("a\(number)", grant: "g")
                    let result = try await store.redeemCode(digest, access: access, refresh: nil, at: now)
                    if case .fresh = result { return true }
                    return false
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(fresh == 1)
    }

    @Test("a code keeps what its request said, present or absent", arguments: Kind.allCases)
    func codeContent(kind: Kind) async throws {
        let store = try store(kind)
        var code = AuthorizationCode.example("code", grant: "g")
        code.nonce = nil
        code.codeChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        let grant = AuthorizationGrant.example("g", scopes: [])
        try await store.addCode(code, of: grant)
        #expect(try await store.consumeCode(digest("code"), at: now) == .fresh(code, grant))
    }

    // MARK: Tokens

    @Test("a refresh token is rotated once; a second use ends its grant", arguments: Kind.allCases)
    func refresh(kind: Kind) async throws {
        let store = try store(kind)
        try await give(store, .example("g"), access: .example("a1", grant: "g"), refresh: .example("r1", grant: "g"))
        func rotate(_ from: String, _ to: String, _ access: String, _ seconds: Double) async throws -> RefreshRotation {
            try await store.rotateRefreshToken(
                digest(from),
                to: .example(to, grant: "g"),
                access: .example(access, grant: "g"),
                grace: .zero,
                at: later(seconds)
            )
        }
        #expect(try await rotate("r1", "r2", "a2", 1) == .rotated)
        #expect(try await store.refreshToken(digest("r1"))?.token.used == later(1))
        #expect(try await store.refreshToken(digest("r2"))?.token == .example("r2", grant: "g"))
        #expect(try await store.accessToken("a2")?.token == .example("a2", grant: "g"))
        #expect(try await rotate("none", "r3", "a3", 2) == .unknown)
        #expect(try await rotate("r1", "r4", "a4", 3) == .reused(grantID: "g"))
        #expect(try await store.refreshToken(digest("r4")) == nil)
        #expect(try await store.accessToken("a4") == nil)
        #expect(try await store.refreshToken(digest("r2"))?.grant.revoked == later(3))
        #expect(try await rotate("r2", "r5", "a5", 4) == .unknown)
    }

    @Test("within its grace a refresh token may be used again, and the first use counts", arguments: Kind.allCases)
    func grace(kind: Kind) async throws {
        let store = try store(kind)
        try await give(store, .example("g"), access: .example("a1", grant: "g"), refresh: .example("r1", grant: "g"))
        for (index, (seconds, expected)) in [
            (0.0, RefreshRotation.rotated), (8, .rotated), (10, .rotated), (11, .reused(grantID: "g")), (12, .unknown),
        ].enumerated() {
            let result = try await store.rotateRefreshToken(
                digest("r1"),
                to: .example("next-\(index)", grant: "g"),
                access: .example("access-\(index)", grant: "g"),
                grace: .seconds(10),
                at: later(seconds)
            )
            #expect(result == expected, "after \(seconds) s")
        }
    }

    @Test("revoking reaches what it names and nothing else", arguments: Kind.allCases)
    func revoking(kind: Kind) async throws {
        let store = try store(kind)
        for grant in ["g1", "g2"] {
            try await give(store, .example(grant), access: .example(grant, grant: grant))
        }
        try await store.revokeAccessToken("g1", at: now)
        try await store.revokeAccessToken("unknown", at: now)
        try await store.revokeGrant("unknown", at: now)
        #expect(try await store.accessToken("g1")?.token.revoked == now)
        #expect(try await revoked(["g1", "g2"], in: store) == [])
        try await store.revokeGrant("g2", at: now)
        try await store.revokeGrant("g2", at: later(1))
        #expect(try await revoked(["g1", "g2"], in: store) == ["g2"])
        #expect(try await store.accessToken("g2")?.grant.revoked == now)
    }

    @Test("a client's own grant has no user", arguments: Kind.allCases)
    func clientGrants(kind: Kind) async throws {
        let store = try store(kind)
        var grant = AuthorizationGrant.example("g", sid: "", scopes: [])
        grant.userID = nil
        try await store.addGrant(grant, access: .example("a", grant: "g"), refresh: nil)
        #expect(try await store.accessToken("a")?.grant == grant)
    }

    // MARK: Accounts

    @Test("a user id is made once for an address, whatever its letter case", arguments: Kind.allCases)
    func userIDs(kind: Kind) async throws {
        let store = try store(kind)
        #expect(try await store.userID(email: "Admin@Example.test", made: "a") == "a")
        #expect(try await store.userID(email: "admin@example.TEST", made: "b") == "a")
        #expect(try await store.userID(email: "other@example.test", made: "c") == "c")
    }

    @Test("an account appears with its first password or state", arguments: Kind.allCases)
    func accounts(kind: Kind) async throws {
        let store = try store(kind)
        #expect(try await store.account(userID: "0001") == nil)
        try await store.setDisabled(userID: "0001", true, notifying: [], at: now)
        var account = try #require(try await store.account(userID: "0001"))
        #expect(account.isDisabled)
        #expect(account.passwordHash == nil)
        #expect(account.passwordChanged == nil)
        try await store.set("0001", Secret("$2b$12$first"), at: now)
        account = try #require(try await store.account(userID: "0001"))
        #expect(account.isDisabled)
        #expect(account.passwordHash == Secret("$2b$12$first"))
        #expect(account.passwordChanged == now)
        try await store.setDisabled(userID: "0001", false, notifying: [], at: now)
        try await store.set("0002", Secret("$2b$12$second"), at: now)
        account = try #require(try await store.account(userID: "0001"))
        #expect(!account.isDisabled)
        #expect(account.passwordHash == Secret("$2b$12$first"))
        #expect(try await store.account(userID: "0002")?.isDisabled == false)
    }

    @Test("a new password ends sessions, grants and the link of its user alone", arguments: Kind.allCases)
    func newPassword(kind: Kind) async throws {
        let store = try store(kind)
        try await store.add(.example("session"))
        try await give(store, .example("g"), access: .example("jti", grant: "g"))
        try await store.addLink(.example("link"))
        try await store.set("0002", Secret("hash"), at: later(1))
        #expect(try await store.session(digest("session")) != nil)
        #expect(try await store.accessToken("jti")?.grant.revoked == nil)
        #expect(try await store.link(digest("link")) != nil)
        try await store.set("0001", Secret("hash"), at: later(1))
        #expect(try await store.session(digest("session")) == nil)
        #expect(try await store.accessToken("jti")?.grant.revoked == later(1))
        #expect(try await store.link(digest("link")) == nil)
    }

    @Test("a link sets the password once, and ends sessions and grants", arguments: Kind.allCases)
    func links(kind: Kind) async throws {
        let store = try store(kind)
        try await store.add(.example("session"))
        try await give(store, .example("g"), access: .example("jti", grant: "g"))
        try await store.addLink(.example("link"))
        #expect(try await store.link(digest("link")) == .example("link"))
        #expect(try await !store.redeem(digest("link"), "mine", Secret("early"), at: now))
        #expect(try await store.bindLink(digest("link"), to: digest("mine"), at: now))
        #expect(try await store.bindLink(digest("link"), to: digest("mine"), at: now))
        #expect(try await !store.bindLink(digest("link"), to: digest("theirs"), at: now))
        #expect(try await store.link(digest("link"))?.browser == digest("mine"))
        #expect(try await !store.redeem(digest("link"), "theirs", Secret("theirs"), at: now))
        #expect(try await store.account(userID: "0001") == nil)
        #expect(try await store.redeem(digest("link"), "mine", Secret("hash"), at: later(1)))
        #expect(try await store.account(userID: "0001")?.passwordHash == Secret("hash"))
        #expect(try await store.session(digest("session")) == nil)
        #expect(try await store.accessToken("jti")?.grant.revoked == later(1))
        #expect(try await store.link(digest("link")) == nil)
        #expect(try await !store.redeem(digest("link"), "mine", Secret("other"), at: later(1)))
        #expect(try await store.account(userID: "0001")?.passwordHash == Secret("hash"))
    }

    @Test("an expired, voided or unknown link does nothing", arguments: Kind.allCases)
    func deadLinks(kind: Kind) async throws {
        let store = try store(kind)
        try await store.add(.example("session"))
        try await store.addLink(.example("first"))
        try await store.addLink(.example("second"))
        try await store.addLink(.example("of-another", userID: "0002"))
        #expect(try await store.link(digest("first")) == nil)
        for (link, seconds) in [("first", 1.0), ("unknown", 1), ("second", 900), ("second", 5_000)] {
            _ = try await store.bindLink(digest(link), to: digest("b"), at: later(seconds))
            #expect(try await !store.redeem(digest(link), "b", Secret("x"), at: later(seconds)))
        }
        #expect(try await store.account(userID: "0001") == nil)
        #expect(try await store.session(digest("session")) != nil)
        for link in ["second", "of-another"] {
            #expect(try await store.bindLink(digest(link), to: digest("b"), at: later(899)))
            #expect(try await store.redeem(digest(link), "b", Secret("x"), at: later(899)))
        }
    }

    // MARK: Signing keys

    @Test("signing keys are kept in order; the first of an algorithm is made once", arguments: Kind.allCases)
    func signingKeys(kind: Kind) async throws {
        let store = try store(kind)
        #expect(try await store.addFirstSigningKey(.example("k1", key: [1])))
        #expect(try await !store.addFirstSigningKey(.example("k2")))
        var elliptic = SigningKeyRecord.example("k3")
        elliptic.algorithm = .es256
        elliptic.created = later(1)
        #expect(try await store.addFirstSigningKey(elliptic))
        var next = SigningKeyRecord.example("k4")
        next.created = later(2)
        next.activeFrom = later(100)
        try await store.addSigningKey(next)
        try await store.retireSigningKey(kid: "k1", at: later(100))
        try await store.retireSigningKey(kid: "k1", at: later(200))
        let keys = try await store.signingKeys()
        #expect(keys.map(\.kid) == ["k1", "k3", "k4"])
        #expect(keys.map(\.algorithm) == [.rs256, .es256, .rs256])
        #expect(keys.map(\.retired) == [later(100), nil, nil])
        #expect(keys[0].privateKey.expose() == [1])
        #expect(keys[2].activeFrom == later(100))
        try await store.retireSigningKey(kid: "k4", at: later(300))
        #expect(try await store.addFirstSigningKey(.example("k5")))
        try await store.removeSigningKey(kid: "k1")
        #expect(try await store.signingKeys().map(\.kid).sorted() == ["k3", "k4", "k5"])
    }

    // MARK: Expiry

    @Test("what can no longer matter is forgotten, and nothing else", arguments: Kind.allCases)
    func expiry(kind: Kind) async throws {
        let store = try store(kind)
        try await store.add(.example("session"))
        try await store.addLink(.example("link"))
        try await give(
            store,
            .example("g"),
            access: .example("jti", grant: "g"),
            refresh: .example("refresh", grant: "g")
        )
        try await store.addCode(.example("unused", grant: "h"), of: .example("h"))
        let day = Duration.hours(24)

        _ = try await store.removeExpired(at: later(599), retention: day, limit: 100)
        #expect(try await store.session(digest("session")) != nil)
        _ = try await store.removeExpired(at: later(900), retention: day, limit: 100)
        #expect(try await store.session(digest("session")) == nil)
        #expect(try await store.link(digest("link")) == nil)
        #expect(try await store.accessToken("jti") != nil)

        // Codes lived a minute: a day and a minute later they go, and with the unused one its grant.
        _ = try await store.removeExpired(at: later(86_460), retention: day, limit: 100)
        #expect(try await store.consumeCode(digest("code-g"), at: now) == .unknown)
        #expect(try await store.accessToken("jti") != nil)
        _ = try await store.removeExpired(at: later(86_400 + 3_600), retention: day, limit: 100)
        #expect(try await store.accessToken("jti") == nil)
        #expect(try await store.refreshToken(digest("refresh")) != nil)
        _ = try await store.removeExpired(at: later(2 * 86_400), retention: day, limit: 100)
        #expect(try await store.refreshToken(digest("refresh")) == nil)
        // The grant's id is free again, so the grant is gone.
        try await store.addCode(.example("again", grant: "g"), of: .example("g"))
    }
}
