//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import Lab
import OIDC
import OIDCTestSupport
import Support
import Testing

@Suite("The token endpoint")
struct TokenEndpointTests {
    /// A redemption of a good code with changes, and what it leads to.
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var changes: [String: String?]
        var headers: [String: String] = [:]
        var status: Int
        var error: String?
        var testDescription: String { name }
    }

    private static let secret = TestProvider.webSecret
    private static let noPost: [String: String?] = ["client_secret": nil, "client_id": nil]
    private static func basic(_ id: String, _ secret: String) -> [String: String] {
        ["Authorization": TestBrowser.basic(id, secret)]
    }

    static let rows: [Row] = [
        Row(name: "client_secret_post", changes: [:], status: 200),
        Row(
            name: "an older secret that is still good",
            changes: ["client_secret": "an older one, still good"],
            status: 200
        ),
        Row(
            name: "basic, form-encoded",
            changes: noPost,
            headers: basic("web", FormEncoding.encode(secret)),
            status: 200
        ),
        Row(
            name: "basic, plus for space",
            changes: noPost,
            headers: basic("web", "s3cret+with%3A+space+%26+%2B"),
            status: 200
        ),
        Row(name: "basic, raw", changes: noPost, headers: basic("web", secret), status: 200),
        Row(
            name: "basic with the same client_id in the body",
            changes: ["client_secret": nil],
            headers: basic("web", FormEncoding.encode(secret)),
            status: 200
        ),

        Row(name: "a wrong secret", changes: ["client_secret": "wrong"], status: 401, error: "invalid_client"),
        Row(
            name: "a wrong secret, basic",
            changes: noPost,
            headers: basic("web", "wrong"),
            status: 401,
            error: "invalid_client"
        ),
        Row(
            name: "an empty secret, basic",
            changes: noPost,
            headers: basic("web", ""),
            status: 401,
            error: "invalid_client"
        ),
        Row(name: "no secret", changes: ["client_secret": nil], status: 401, error: "invalid_client"),
        Row(name: "no client at all", changes: noPost, status: 401, error: "invalid_client"),
        Row(name: "an unknown client", changes: ["client_id": "nobody"], status: 401, error: "invalid_client"),
        Row(
            name: "a broken Basic header",
            changes: noPost,
            headers: ["Authorization": "Basic !!!"],
            status: 401,
            error: "invalid_client"
        ),
        Row(
            name: "a Bearer header",
            changes: noPost,
            headers: ["Authorization": "Bearer x"],
            status: 401,
            error: "invalid_client"
        ),
        Row(name: "two methods", changes: [:], headers: basic("web", secret), status: 400, error: "invalid_request"),
        Row(
            name: "another client_id in the body",
            changes: ["client_secret": nil, "client_id": "other"],
            headers: basic("web", secret),
            status: 400,
            error: "invalid_request"
        ),
        Row(
            name: "the code of another client",
            changes: ["client_id": "other", "client_secret": "other-secret"],
            status: 400,
            error: "invalid_grant"
        ),
        Row(
            name: "a public client with another's code",
            changes: ["client_id": "cli", "client_secret": nil],
            status: 400,
            error: "invalid_grant"
        ),
        Row(name: "a public client with a secret", changes: ["client_id": "cli"], status: 401, error: "invalid_client"),
        Row(
            name: "another redirect_uri",
            changes: ["redirect_uri": "https://rp.test/cb?tenant=a"],
            status: 400,
            error: "invalid_grant"
        ),
        Row(name: "no redirect_uri", changes: ["redirect_uri": nil], status: 400, error: "invalid_request"),
        Row(
            name: "a wrong verifier",
            changes: ["code_verifier": TestProvider.verifier + "x"],
            status: 400,
            error: "invalid_grant"
        ),
        Row(name: "no verifier", changes: ["code_verifier": nil], status: 400, error: "invalid_grant"),
        Row(name: "too short a verifier", changes: ["code_verifier": "x"], status: 400, error: "invalid_grant"),
        Row(name: "no code", changes: ["code": nil], status: 400, error: "invalid_request"),
        Row(name: "an unknown code", changes: ["code": "x"], status: 400, error: "invalid_grant"),
        Row(name: "no grant_type", changes: ["grant_type": nil], status: 400, error: "invalid_request"),
        Row(name: "password", changes: ["grant_type": "password"], status: 400, error: "unsupported_grant_type"),
        Row(name: "implicit", changes: ["grant_type": "implicit"], status: 400, error: "unsupported_grant_type"),
        Row(
            name: "JSON",
            changes: [:],
            headers: ["Content-Type": "application/json"],
            status: 400,
            error: "invalid_request"
        ),
        Row(
            name: "no content type",
            changes: [:],
            headers: ["Content-Type": ""],
            status: 400,
            error: "invalid_request"
        ),
    ]

    @Test("answers each request as the checklist says", arguments: rows)
    func row(_ row: Row) async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let code = try #require(try await browser.signIn().query["code"])
            let answer = try await browser.redeem(code, row.changes, row.headers)
            #expect(answer.status == row.status, "\(answer.text)")
            #expect(answer.json["error"]?.text == row.error)
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(answer.headers[.contentType] == "application/json")
            #expect((answer.headers[.wwwAuthenticate]?.hasPrefix("Basic ") == true) == (row.status == 401))
            #expect((answer.json["access_token"] != nil) == (row.status == 200))
        }
    }

    @Test("gives tokens that say what was asked for")
    func tokens() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let tokens = try await browser.tokens()
            #expect(tokens["token_type"] == .string("Bearer"))
            #expect(tokens["expires_in"] == .integer(3600))
            #expect(tokens["scope"] == .string("openid profile email groups offline_access"))
            let accessToken = try #require(tokens["access_token"]?.text)
            let id = try TestBrowser.claims(tokens["id_token"]?.text)
            #expect(id["iss"] == .string(TestProvider.issuer))
            #expect(id["aud"] == .string("web"))
            #expect(id["sub"] == .string(Subject.encode(userID: "0001")))
            #expect(id["nonce"] == .string("n-1"))
            #expect(id["iat"] == .integer(1_800_000_000))
            #expect(id["nbf"] == .integer(1_800_000_000))
            #expect(id["exp"] == .integer(1_800_003_600))
            #expect(id["auth_time"] == .integer(1_800_000_000))
            #expect(id["at_hash"] == .string(TokenClaims.halfHash(accessToken)))
            #expect(id["email"] == .string("admin@kidd.network"))
            #expect(id["email_verified"] == .bool(true))
            #expect(id["preferred_username"] == .string("admin"))
            #expect(id["name"] == .string("Ada Admin"))
            #expect(id["groups"] == .strings(["cluster-admins", "staff"]))
            #expect(id["jti"] != nil && id["sid"] != nil && id["azp"] == nil)
            let access = try TestBrowser.claims(accessToken)
            #expect(access["client_id"] == .string("web"))
            #expect(access["groups"] == id["groups"])
            #expect(access["jti"] != id["jti"])
            #expect(access["nonce"] == nil && access["at_hash"] == nil)
        }
    }

    @Test("gives claims by scope and no more")
    func scopes() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let tokens = try await browser.tokens(["scope": "openid", "nonce": nil])
            let id = try TestBrowser.claims(tokens["id_token"]?.text)
            #expect(tokens["refresh_token"] == nil)
            for name in ["email", "email_verified", "name", "preferred_username", "groups", "nonce"] {
                #expect(id[name] == nil, "\(name)")
            }
            let info = try await browser.userInfo(try #require(tokens["access_token"]?.text))
            #expect(info.json == ["sub": .string(Subject.encode(userID: "0001"))])
        }
    }

    @Test("refuses a verifier where no challenge was sent")
    func downgrade() async throws {
        let provider = try await TestProvider()
        let without: [String: String?] = ["code_challenge": nil, "code_challenge_method": nil]
        try await provider.run { client in
            var browser = TestBrowser(client)
            let first = try #require(try await browser.signIn(without).query["code"])
            #expect(try await browser.redeem(first).json["error"]?.text == "invalid_grant")
            let second = try #require(try await browser.get(TestBrowser.authorization(without)).query["code"])
            #expect(try await browser.redeem(second, ["code_verifier": nil]).status == 200)
        }
    }

    @Test("lets a public client in with PKCE alone, also by an empty Basic secret")
    func publicClient() async throws {
        let provider = try await TestProvider()
        let cli: [String: String?] = ["client_id": "cli", "redirect_uri": "http://127.0.0.1:5000/cb"]
        try await provider.run { client in
            var browser = TestBrowser(client)
            let code = try #require(try await browser.signIn(cli).query["code"])
            let form = cli.merging(["client_secret": nil]) { $1 }
            let answer = try await browser.redeem(code, form)
            #expect(answer.status == 200)
            let refresh = try #require(answer.json["refresh_token"]?.text)
            let next = try await browser.refresh(
                refresh,
                ["client_id": nil, "client_secret": nil],
                ["Authorization": TestBrowser.basic("cli", "")]
            )
            #expect(next.status == 200)
        }
    }

    @Test("takes a code once: a second time ends the tokens of the first")
    func codeReuse() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let code = try #require(try await browser.signIn().query["code"])
            let tokens = try await browser.redeem(code).json
            let access = try #require(tokens["access_token"]?.text)
            #expect(try await browser.userInfo(access).status == 200)
            provider.clock.advance(by: 120)
            #expect(try await browser.redeem(code).json["error"]?.text == "invalid_grant")
            #expect(try await browser.userInfo(access).status == 401)
            let refresh = try #require(tokens["refresh_token"]?.text)
            #expect(try await browser.refresh(refresh).json["error"]?.text == "invalid_grant")
        }
    }

    @Test("takes a code once of eight at the same time")
    func parallelRedemption() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let code = try #require(try await browser.signIn().query["code"])
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...8 {
                    group.addTask {
                        var parallel = TestBrowser(client)
                        return try await parallel.redeem(code).status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.filter { $0 == 200 }.count == 1)
            #expect(statuses.filter { $0 == 400 }.count == 7)
        }
    }

    @Test("takes a code for 60 seconds")
    func codeExpiry() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let early = try #require(try await browser.signIn().query["code"])
            provider.clock.advance(by: 59)
            #expect(try await browser.redeem(early).status == 200)
            let late = try #require(try await browser.get(TestBrowser.authorization()).query["code"])
            provider.clock.advance(by: 60)
            #expect(try await browser.redeem(late).json["error"]?.text == "invalid_grant")
        }
    }

    @Test("rotates refresh tokens; using an old one ends the whole family")
    func refresh() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let first = try await browser.tokens()
            let old = try #require(first["refresh_token"]?.text)
            provider.clock.advance(by: 10)
            let second = try await browser.refresh(old)
            #expect(second.status == 200)
            let before = try TestBrowser.claims(first["id_token"]?.text)
            let after = try TestBrowser.claims(second.json["id_token"]?.text)
            for name in ["iss", "sub", "aud", "auth_time", "sid", "groups"] { #expect(before[name] == after[name]) }
            #expect(after["nonce"] == nil)
            #expect(after["iat"]?.number == 1_800_000_010)
            let access = try #require(second.json["access_token"]?.text)
            let new = try #require(second.json["refresh_token"]?.text)
            #expect(new != old)
            #expect(try await browser.userInfo(access).status == 200)

            #expect(try await browser.refresh(old).json["error"]?.text == "invalid_grant")
            #expect(try await browser.refresh(new).json["error"]?.text == "invalid_grant")
            #expect(try await browser.userInfo(access).status == 401)
        }
    }

    @Test("rotates a refresh token once of eight at the same time")
    func parallelRefresh() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let token = try #require(try await browser.tokens()["refresh_token"]?.text)
            let answers = try await withThrowingTaskGroup(of: TestBrowser.Answer.self) { group in
                for _ in 1...8 {
                    group.addTask {
                        var parallel = TestBrowser(client)
                        return try await parallel.refresh(token)
                    }
                }
                return try await group.reduce(into: [TestBrowser.Answer]()) { $0.append($1) }
            }
            let good = answers.filter { $0.status == 200 }
            #expect(good.count == 1)
            // The others looked like a thief: what the one gave is worth nothing.
            let access = try #require(good.first?.json["access_token"]?.text)
            #expect(try await browser.userInfo(access).status == 401)
        }
    }

    @Test("answers 503 when the state cannot be read, and says nothing of why")
    func broken() async throws {
        let provider = try await TestProvider(credentials: BrokenCredentials())
        let logs = RecordingLogHandler()
        try await provider.run(logs: logs) { client in
            var browser = TestBrowser(client)
            for path in ["/token", "/token/revoke"] {
                let form = ["grant_type": "authorization_code", "client_id": "web", "client_secret": "x", "token": "x"]
                let answer = try await browser.post(path, form.map { ($0.key, $0.value) })
                #expect(answer.status == 503)
                #expect(answer.headers[.retryAfter] != nil)
                #expect(!answer.text.contains("the disk is on fire"))
            }
        }
        #expect(logs.text.contains("the disk is on fire"))
    }

    private struct BrokenCredentials: ClientCredentials {
        func secrets(for clientID: String) throws -> [Secret<String>] {
            throw OIDCError(.oidcKeyUnusable, "the disk is on fire")
        }
    }

    @Test("takes a used refresh token within a grace that lab.yaml sets")
    func grace() async throws {
        var lifetimes = Lifetimes.standard
        lifetimes.refreshReuseGrace = .seconds(10)
        let provider = try await TestProvider(lifetimes: lifetimes)
        try await provider.run { client in
            var browser = TestBrowser(client)
            let old = try #require(try await browser.tokens()["refresh_token"]?.text)
            #expect(try await browser.refresh(old).status == 200)
            provider.clock.advance(by: 10)
            #expect(try await browser.refresh(old).status == 200)
            provider.clock.advance(by: 1)
            #expect(try await browser.refresh(old).status == 400)
        }
    }

    @Test("gives two families to two logins")
    func families() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var laptop = TestBrowser(client)
            var desktop = TestBrowser(client)
            let first = try #require(try await laptop.tokens()["refresh_token"]?.text)
            let second = try #require(try await desktop.tokens()["refresh_token"]?.text)
            #expect(try await laptop.refresh(first).status == 200)
            #expect(try await laptop.refresh(first).status == 400)
            #expect(try await desktop.refresh(second).status == 200)
        }
    }

    @Test("refuses refresh tokens of others, with more scope, too late, and of people who are gone")
    func refreshRefusals() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let token = try #require(
                try await browser.tokens(["scope": "openid email offline_access"])["refresh_token"]?.text
            )
            func error(_ changes: [String: String?]) async throws -> String? {
                try await browser.refresh(token, changes).json["error"]?.text
            }
            #expect(try await error(["client_id": "other", "client_secret": "other-secret"]) == "invalid_grant")
            #expect(
                try await error(["client_id": "closed", "client_secret": "closed-secret"]) == "unauthorized_client"
            )
            #expect(try await error(["scope": "openid groups"]) == "invalid_scope")
            #expect(try await error(["refresh_token": "x"]) == "invalid_grant")
            #expect(try await error(["refresh_token": nil]) == "invalid_request")
            // None of that has spent it.
            let narrow = try await browser.refresh(token, ["scope": "openid"])
            #expect(narrow.json["scope"] == .string("openid"))
            let next = try #require(narrow.json["refresh_token"]?.text)
            provider.clock.advance(by: Lifetimes.standard.refreshToken.seconds)
            #expect(try await browser.refresh(next).json["error"]?.text == "invalid_grant")
            let last = try #require(try await browser.tokens()["refresh_token"]?.text)
            await provider.store.setDisabled(userID: "0001", true, at: provider.clock.now)
            #expect(try await browser.refresh(last).json["error"]?.text == "invalid_grant")
            await provider.store.setDisabled(userID: "0001", false, at: provider.clock.now)
            #expect(try await browser.refresh(last).json["error"]?.text == "invalid_grant")
        }
    }

    @Test("signs with ES256 for a client that wants it")
    func elliptic() async throws {
        let provider = try await TestProvider()
        let elliptic: [String: String?] = ["client_id": "elliptic", "redirect_uri": "https://ec.test/cb"]
        try await provider.run { client in
            var browser = TestBrowser(client)
            let code = try #require(try await browser.signIn(elliptic).query["code"])
            let answer = try await browser.redeem(code, elliptic.merging(["client_secret": "elliptic-secret"]) { $1 })
            let token = try #require(answer.json["id_token"]?.text)
            let header = try #require(Encoding.bytes(base64URL: String(token.prefix { $0 != "." })))
            #expect(JSONValue.object(header)?["alg"] == .string("ES256"))
            #expect(await provider.settings.keys.verify(token, at: provider.clock.now) != nil)
            let info = try await browser.userInfo(try #require(answer.json["access_token"]?.text))
            #expect(info.status == 200)
        }
    }

    @Test("is for POST alone, and open to pages of other origins")
    func methods() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let get = try await browser.get("/token")
            #expect(get.status == 405)
            #expect(get.headers[.allow] == "POST")
            for path in ["/token", "/token/revoke", "/userinfo", "/keys", "/.well-known/openid-configuration"] {
                let preflight = try await browser.send(.options, path, ["Origin": "https://spa.test"], nil)
                #expect(preflight.status == 204)
                #expect(preflight.headers[.accessControlAllowOrigin] == "*")
                #expect(preflight.headers[.accessControlAllowCredentials] == nil)
            }
            #expect(try await browser.redeem("x").headers[.accessControlAllowOrigin] == "*")
            let large = try await browser.redeem(String(repeating: "x", count: 100_000))
            #expect(large.status == 413)
        }
    }
}
