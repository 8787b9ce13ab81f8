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
    private let now = StateFixture.now

    init() throws {
        fixture = try StateFixture()
    }

    private func store(_ kind: Kind) throws -> any OIDCStore {
        switch kind {
        case .memory: MemoryStore()
        case .disk: try fixture.make()
        }
    }

    private func digest(_ value: String) -> TokenDigest { TokenDigest(of: Secret(value)) }

    private func later(_ seconds: Double) -> Date { now.addingTimeInterval(seconds) }

    // MARK: Sessions

    @Test("a session is found until it is ended", arguments: Kind.allCases)
    func sessions(kind: Kind) async throws {
        let store = try store(kind)
        try await store.addSession(.example("one"))
        try await store.addSession(.example("two"))
        try await store.addSession(.example("other", userID: "0002"))
        #expect(try await store.session(digest("one")) == .example("one"))
        #expect(try await store.session(digest("none")) == nil)
        try await store.endSession(digest("one"))
        try await store.endSession(digest("none"))
        #expect(try await store.session(digest("one")) == nil)
        #expect(try await store.session(digest("two")) != nil)
        try await store.endSessions(userID: "0001")
        #expect(try await store.session(digest("two")) == nil)
        #expect(try await store.session(digest("other")) != nil)
    }

    // MARK: Codes

    @Test("a code is fresh once; the second use ends its grant", arguments: Kind.allCases)
    func codes(kind: Kind) async throws {
        let store = try store(kind)
        let code = AuthorizationCode.example("code", grant: "g")
        let grant = AuthorizationGrant.example("g")
        try await store.addCode(code, of: grant)
        #expect(try await store.consumeCode(digest("code"), at: now) == .fresh(code, grant))
        try await store.addTokens(access: .example("jti", grant: "g"), refresh: .example("refresh", grant: "g"))
        #expect(try await store.accessToken("jti")?.grant.revoked == nil)
        #expect(try await store.consumeCode(digest("code"), at: later(5)) == .replayed(grantID: "g"))
        #expect(try await store.accessToken("jti")?.grant.revoked == later(5))
        #expect(try await store.refreshToken(digest("refresh"))?.grant.revoked == later(5))
        #expect(try await store.consumeCode(digest("code"), at: later(9)) == .replayed(grantID: "g"))
        #expect(try await store.accessToken("jti")?.grant.revoked == later(5))
        #expect(try await store.consumeCode(digest("unknown"), at: now) == .unknown)
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
        try await store.addCode(.example("code", grant: "g"), of: .example("g"))
        try await store.addTokens(access: .example("a1", grant: "g"), refresh: .example("r1", grant: "g"))
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
        try await store.addCode(.example("code", grant: "g"), of: .example("g"))
        try await store.addTokens(access: .example("a1", grant: "g"), refresh: .example("r1", grant: "g"))
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
        for (grant, user, sid, scopes) in [
            ("g1", "0001", "s1", ["openid"]), ("g2", "0001", "s1", ["openid", "offline_access"]),
            ("g3", "0001", "s2", ["openid"]), ("g4", "0002", "s3", ["openid", "not_offline_access"]),
        ] {
            try await store.addCode(
                .example("code-\(grant)", grant: grant),
                of: .example(grant, userID: user, sid: sid, scopes: scopes)
            )
            try await store.addTokens(access: .example(grant, grant: grant), refresh: nil)
        }
        func revoked() async throws -> [String] {
            var revoked: [String] = []
            for grant in ["g1", "g2", "g3", "g4"] where try await store.accessToken(grant)?.grant.revoked != nil {
                revoked.append(grant)
            }
            return revoked
        }
        try await store.revokeAccessToken("g1", at: now)
        try await store.revokeAccessToken("unknown", at: now)
        try await store.revokeGrant("unknown", at: now)
        #expect(try await store.accessToken("g1")?.token.revoked == now)
        #expect(try await revoked() == [])
        try await store.revokeOnlineGrants(sid: "s1", at: now)
        #expect(try await revoked() == ["g1"])
        try await store.revokeOnlineGrants(sid: "s3", at: now)
        #expect(try await revoked() == ["g1", "g4"])
        try await store.revokeGrants(userID: "0001", at: later(1))
        #expect(try await revoked() == ["g1", "g2", "g3", "g4"])
        #expect(try await store.accessToken("g1")?.grant.revoked == now)
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
        try await store.setDisabled(userID: "0001", true)
        var account = try #require(try await store.account(userID: "0001"))
        #expect(account.isDisabled)
        #expect(account.passwordHash == nil)
        #expect(account.passwordChanged == nil)
        try await store.setPassword(userID: "0001", hash: Secret("$2b$12$first"), at: now)
        account = try #require(try await store.account(userID: "0001"))
        #expect(account.isDisabled)
        #expect(account.passwordHash == Secret("$2b$12$first"))
        #expect(account.passwordChanged == now)
        try await store.setDisabled(userID: "0001", false)
        try await store.setPassword(userID: "0002", hash: Secret("$2b$12$second"), at: now)
        account = try #require(try await store.account(userID: "0001"))
        #expect(!account.isDisabled)
        #expect(account.passwordHash == Secret("$2b$12$first"))
        #expect(try await store.account(userID: "0002")?.isDisabled == false)
    }

    @Test("a new password ends sessions, grants and the link of its user alone", arguments: Kind.allCases)
    func newPassword(kind: Kind) async throws {
        let store = try store(kind)
        try await store.addSession(.example("session"))
        try await store.addCode(.example("code", grant: "g"), of: .example("g"))
        try await store.addTokens(access: .example("jti", grant: "g"), refresh: nil)
        try await store.addLink(.example("link"))
        try await store.setPassword(userID: "0002", hash: Secret("hash"), at: later(1))
        #expect(try await store.session(digest("session")) != nil)
        #expect(try await store.accessToken("jti")?.grant.revoked == nil)
        #expect(try await store.link(digest("link")) != nil)
        try await store.setPassword(userID: "0001", hash: Secret("hash"), at: later(1))
        #expect(try await store.session(digest("session")) == nil)
        #expect(try await store.accessToken("jti")?.grant.revoked == later(1))
        #expect(try await store.link(digest("link")) == nil)
    }

    @Test("a link sets the password once, and ends sessions and grants", arguments: Kind.allCases)
    func links(kind: Kind) async throws {
        let store = try store(kind)
        try await store.addSession(.example("session"))
        try await store.addCode(.example("code", grant: "g"), of: .example("g"))
        try await store.addTokens(access: .example("jti", grant: "g"), refresh: nil)
        try await store.addLink(.example("link"))
        #expect(try await store.link(digest("link")) == .example("link"))
        #expect(try await store.redeemLink(digest("link"), passwordHash: Secret("hash"), at: later(1)))
        #expect(try await store.account(userID: "0001")?.passwordHash == Secret("hash"))
        #expect(try await store.session(digest("session")) == nil)
        #expect(try await store.accessToken("jti")?.grant.revoked == later(1))
        #expect(try await store.link(digest("link")) == nil)
        #expect(try await !store.redeemLink(digest("link"), passwordHash: Secret("other"), at: later(1)))
        #expect(try await store.account(userID: "0001")?.passwordHash == Secret("hash"))
    }

    @Test("an expired, voided or unknown link does nothing", arguments: Kind.allCases)
    func deadLinks(kind: Kind) async throws {
        let store = try store(kind)
        try await store.addSession(.example("session"))
        try await store.addLink(.example("first"))
        try await store.addLink(.example("second"))
        try await store.addLink(.example("of-another", userID: "0002"))
        #expect(try await store.link(digest("first")) == nil)
        for (link, seconds) in [("first", 1.0), ("unknown", 1), ("second", 900), ("second", 5_000)] {
            #expect(try await !store.redeemLink(digest(link), passwordHash: Secret("x"), at: later(seconds)))
        }
        #expect(try await store.account(userID: "0001") == nil)
        #expect(try await store.session(digest("session")) != nil)
        #expect(try await store.redeemLink(digest("second"), passwordHash: Secret("x"), at: later(899)))
        #expect(try await store.redeemLink(digest("of-another"), passwordHash: Secret("x"), at: later(899)))
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
        try await store.addSession(.example("session"))
        try await store.addLink(.example("link"))
        try await store.addCode(.example("code", grant: "g"), of: .example("g"))
        try await store.addTokens(access: .example("jti", grant: "g"), refresh: .example("refresh", grant: "g"))
        try await store.addCode(.example("unused", grant: "h"), of: .example("h"))
        let day = Duration.hours(24)

        try await store.removeExpired(at: later(599), retention: day)
        #expect(try await store.session(digest("session")) != nil)
        try await store.removeExpired(at: later(900), retention: day)
        #expect(try await store.session(digest("session")) == nil)
        #expect(try await store.link(digest("link")) == nil)
        #expect(try await store.accessToken("jti") != nil)

        // Codes lived a minute: a day and a minute later they go, and with the unused one its grant.
        try await store.removeExpired(at: later(86_460), retention: day)
        #expect(try await store.consumeCode(digest("code"), at: now) == .unknown)
        #expect(try await store.accessToken("jti") != nil)
        try await store.removeExpired(at: later(86_400 + 3_600), retention: day)
        #expect(try await store.accessToken("jti") == nil)
        #expect(try await store.refreshToken(digest("refresh")) != nil)
        try await store.removeExpired(at: later(2 * 86_400), retention: day)
        #expect(try await store.refreshToken(digest("refresh")) == nil)
        // The grant's id is free again, so the grant is gone.
        try await store.addCode(.example("again", grant: "g"), of: .example("g"))
    }
}
