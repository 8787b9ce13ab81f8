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
import OIDC
import Support
import Testing

@testable import IdentityProvider

/// facts of the authorization endpoint: each row is a request of the client `web` with some parameters changed.
@Suite("The authorization endpoint")
struct AuthorizationEndpointTests {
    /// What a request with changes leads to.
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var changes: [String: String?]
        var expected: Expected
        var testDescription: String { name }

        enum Expected: Sendable {
            /// A page, never a redirect.
            case page
            /// An error at the redirect URI.
            case error(String)
            /// The login page.
            case login
        }

        init(_ name: String, _ changes: [String: String?], _ expected: Expected) {
            self.name = name
            self.changes = changes
            self.expected = expected
        }
    }

    private static let loopback: [String: String?] = ["client_id": "cli"]

    private static func redirect(_ name: String, _ uri: String?) -> Row {
        Row("redirect_uri \(name)", ["redirect_uri": uri], .page)
    }

    private static func loopback(_ uri: String, _ expected: Row.Expected) -> Row {
        Row("loopback \(uri)", ["client_id": "cli", "redirect_uri": uri], expected)
    }

    static let rows: [Row] = [
        Row("a good request", [:], .login),
        Row("scope words in another order", ["scope": "groups email openid profile"], .login),
        Row("unknown scope words", ["scope": "openid address phone x y"], .login),
        Row("an unknown parameter", ["extra": "foobar"], .login),
        Row(
            "optional parameters",
            ["display": "popup", "ui_locales": "se", "claims_locales": "se", "acr_values": "1 2"],
            .login
        ),
        Row("essential claims", ["claims": #"{"id_token":{"name":{"essential":true}}}"#], .login),
        Row("no nonce", ["nonce": nil], .login),
        Row("no state", ["state": nil], .login),
        Row(
            "a long nonce and state",
            ["nonce": String(repeating: "n", count: 384), "state": String(repeating: "s", count: 1000)],
            .login
        ),
        Row("too long a state", ["state": String(repeating: "s", count: 5000)], .error("invalid_request")),
        Row("no PKCE at a confidential client", ["code_challenge": nil, "code_challenge_method": nil], .login),
        Row("form_post", ["response_mode": "form_post"], .login),
        Row("max_age", ["max_age": "10000"], .login),

        Row("unknown client", ["client_id": "nobody"], .page),
        Row("no client", ["client_id": nil], .page),
        redirect("missing", nil),
        redirect("of another client", "https://other.test/cb"),
        redirect("with a suffix", "https://rp.test/cb/x"),
        redirect("with a query added", "https://rp.test/cb?x=1"),
        redirect("with another query", "https://rp.test/cb?tenant=b"),
        redirect("with a fragment", "https://rp.test/cb#x"),
        redirect("with a host before it", "https://evil.rp.test/cb"),
        redirect("with a host behind it", "https://rp.test.evil.test/cb"),
        redirect("with userinfo", "https://rp.test@evil.test/cb"),
        redirect("in another letter case", "https://RP.test/cb"),
        redirect("with dots", "https://rp.test/x/../cb"),
        redirect("with a percent-encoded letter", "https://rp.test/%63b"),
        redirect("of another scheme", "http://rp.test/cb"),
        redirect("javascript", "javascript:alert(1)"),
        redirect("with a line break", "https://rp.test/cb\r\nX: y"),
        redirect("with a slash at the end", "https://rp.test/cb/"),
        redirect("with a port", "https://rp.test:443/cb"),

        loopback("http://127.0.0.1:49152/cb", .login),
        loopback("http://127.0.0.1/cb", .login),
        loopback("http://[::1]:1/cb", .login),
        loopback("http://[::1]/cb", .login),
        loopback("http://localhost:8000", .login),
        loopback("http://localhost:8001", .page),
        loopback("http://127.0.0.2:80/cb", .page),
        loopback("http://127.0.0.1:80/cb/x", .page),
        loopback("http://127.0.0.1:0/cb", .page),
        loopback("http://127.0.0.1:080/cb", .page),
        loopback("http://127.0.0.1:99999/cb", .page),
        loopback("http://127.0.0.1:/cb", .page),
        loopback("http://127.0.0.1:80:80/cb", .page),
        loopback("http://127.0.0.1.evil.test/cb", .page),
        loopback("http://127.0.0.1:80@evil.test/cb", .page),
        loopback("https://127.0.0.1:80/cb", .page),
        loopback("http://127.0.0.1:80/cb#f", .page),

        Row("no response_type", ["response_type": nil], .error("invalid_request")),
        Row("response_type token", ["response_type": "token"], .error("unsupported_response_type")),
        Row("response_type code id_token", ["response_type": "code id_token"], .error("unsupported_response_type")),
        Row("an unknown response_mode", ["response_mode": "fragment"], .error("invalid_request")),
        Row("no scope", ["scope": nil], .error("invalid_scope")),
        Row("scope without openid", ["scope": "email"], .error("invalid_scope")),
        Row("PKCE plain", ["code_challenge_method": "plain"], .error("invalid_request")),
        Row("PKCE without a method", ["code_challenge_method": nil], .error("invalid_request")),
        Row("a method without a challenge", ["code_challenge": nil], .error("invalid_request")),
        Row("too short a challenge", ["code_challenge": "abc"], .error("invalid_request")),
        Row(
            "a challenge of other characters",
            ["code_challenge": String(repeating: "=", count: 43)],
            .error("invalid_request")
        ),
        Row("too long a challenge", ["code_challenge": String(repeating: "a", count: 129)], .error("invalid_request")),
        Row("request", ["request": "e30.e30."], .error("request_not_supported")),
        Row("request_uri", ["request_uri": "https://rp.test/r"], .error("request_uri_not_supported")),
        Row("registration", ["registration": "{}"], .error("registration_not_supported")),
        Row("prompt none without a session", ["prompt": "none"], .error("login_required")),
        Row("prompt none with another", ["prompt": "none login"], .error("invalid_request")),
        Row("max_age not a number", ["max_age": "-1"], .error("invalid_request")),
        Row(
            "PKCE missing at a public client",
            [
                "client_id": "cli", "redirect_uri": "http://127.0.0.1:7/cb", "code_challenge": nil,
                "code_challenge_method": nil,
            ],
            .error("invalid_request")
        ),
    ]

    @Test("answers each request as the checklist says", arguments: rows)
    func row(_ row: Row) async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            try Self.check(try await browser.get(TestBrowser.authorization(row.changes)), row)
        }
    }

    @Test("answers the same to a form", arguments: rows.filter { $0.name != "redirect_uri with a line break" })
    func byForm(_ row: Row) async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let query = TestBrowser.authorization(row.changes).dropFirst("/auth?".count)
            let form = ["Content-Type": "application/x-www-form-urlencoded"]
            let moved = try await browser.send(.post, "/auth", form, String(query))
            #expect(moved.status == 303)
            let location = try #require(moved.location)
            #expect(location.hasPrefix("/auth?"))
            try Self.check(try await browser.get(location), row)
        }
    }

    private static func check(_ answer: TestBrowser.Answer, _ row: Row) throws {
        #expect(answer.headers[.accessControlAllowOrigin] == nil)
        switch row.expected {
        case .page:
            #expect(answer.status == 400)
            #expect(answer.location == nil)
            #expect(answer.field("password") == nil)
        case .error(let code):
            #expect(answer.status == 303)
            let uri = (row.changes["redirect_uri"] ?? nil) ?? "https://rp.test/cb"
            #expect(answer.location?.hasPrefix("\(uri)?") == true)
            #expect(answer.query["error"] == code)
            #expect(answer.query["iss"] == TestProvider.issuer)
            #expect(answer.query["state"] == (row.changes["state"] ?? "s-1"))
            #expect(answer.query["code"] == nil)
        case .login:
            #expect(answer.status == 200)
            #expect(answer.location == nil)
            #expect(answer.text.contains("type=\"password\""))
        }
    }

    @Test(
        "refuses a parameter that comes twice",
        arguments: [
            "scope", "state", "nonce", "response_type", "code_challenge", "prompt", "extra",
        ]
    )
    func duplicates(name: String) async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let answer = try await browser.get(TestBrowser.authorization([name: "x"]) + "&\(name)=y")
            #expect(answer.query["error"] == "invalid_request")
        }
    }

    @Test("shows a page when client or redirect URI come twice", arguments: ["client_id", "redirect_uri"])
    func duplicateTargets(name: String) async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let answer = try await browser.get(TestBrowser.authorization() + "&\(name)=https%3A%2F%2Frp.test%2Fcb")
            #expect(answer.status == 400)
            #expect(answer.location == nil)
        }
    }

    @Test("answers broken encodings with 400", arguments: ["%", "%zz", "a=%ff", "a=%2"])
    func brokenEncoding(query: String) async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            #expect(try await browser.get("/auth?\(query)").status == 400)
            let form = ["Content-Type": "application/x-www-form-urlencoded"]
            for path in ["/auth", "/token", "/token/revoke", "/logout", "/userinfo", "/auth/login"] {
                let answer = try await browser.send(.post, path, form, query)
                #expect((400..<500).contains(answer.status), "\(path)")
            }
        }
    }

    @Test("refuses what would not fit into the address of the sign-in form")
    func tooLong() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let long = ["state": String(repeating: "!", count: 4_000), "nonce": String(repeating: "!", count: 1_000)]
            let uri = TestBrowser.authorization(long.mapValues { $0 })
            #expect(try await browser.get(uri).query["error"] == "invalid_request")
            let form = ["Content-Type": "application/x-www-form-urlencoded"]
            let posted = try await browser.send(.post, "/auth", form, String(uri.dropFirst("/auth?".count)))
            #expect(posted.status == 400)
            #expect(posted.location == nil)
        }
    }

    @Test("refuses control characters, which pages and addresses change", arguments: ["state", "nonce", "login_hint"])
    func controls(name: String) async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            for value in ["a\r\nb", "\u{0}", "\u{7f}", "a\u{85}"] {
                let answer = try await browser.get(TestBrowser.authorization([name: value]))
                #expect(answer.query["error"] == "invalid_request")
                #expect(answer.query["state"] == (name == "state" ? nil : "s-1"))
            }
        }
    }

    @Test("gives code, state and issuer after the login, with 303")
    func code() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let state = "a b&c=d%\"<ü>"
            let answer = try await browser.signIn(["state": state])
            #expect(answer.status == 303)
            #expect(answer.location?.hasPrefix("https://rp.test/cb?code=") == true)
            #expect(answer.query["state"] == state)
            #expect(answer.query["iss"] == TestProvider.issuer)
            #expect(answer.query["code"]?.count == 43)
            #expect(answer.headers[.cacheControl] == "no-store")
        }
    }

    /// What relying parties and certification send besides, none of which changes the answer.
    static let harmless: [(name: String, changes: [String: String?])] = [
        ("display page", ["display": "page"]), ("display popup", ["display": "popup"]),
        ("ui_locales", ["ui_locales": "se"]), ("claims_locales", ["claims_locales": "se"]),
        ("acr_values", ["acr_values": "1 2"]), ("login_hint", ["login_hint": "somebody@else.test"]),
        ("essential claims", ["claims": #"{"userinfo":{"name":{"essential":true}}}"#]),
        ("unknown parameter", ["extra": "foobar"]), ("unknown scopes", ["scope": "openid address phone x:y"]),
        ("no nonce", ["nonce": nil]), ("64 characters of nonce", ["nonce": String(repeating: "n", count: 64)]),
        ("384 characters of nonce", ["nonce": String(repeating: "n", count: 384)]),
        ("1000 characters of state", ["state": String(repeating: "s", count: 1_000)]),
        ("scopes in another order", ["scope": "groups offline_access email openid profile"]),
    ]

    @Test("ends in a code whatever else was sent, with nonce and state as they were", arguments: harmless)
    func ending(name: String, changes: [String: String?]) async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let answer = try await browser.signIn(changes)
            let tokens = try await browser.redeem(answer.query["code"])
            #expect(tokens.status == 200, "\(name): \(tokens.text)")
            let claims = try TestBrowser.claims(tokens.json["id_token"]?.text)
            let nonce = changes["nonce"] ?? "n-1"
            #expect(claims["nonce"]?.text == nonce)
            #expect(answer.query["state"] == (changes["state"] ?? "s-1"))
        }
    }

    @Test("takes parameters in any order, and twice never, by address and by form")
    func order() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            let query = String(TestBrowser.authorization().dropFirst("/auth?".count))
            let reversed = query.split(separator: "&").reversed().joined(separator: "&")
            var browser = TestBrowser(client)
            let page = try await browser.get("/auth?\(reversed)")
            #expect(page.status == 200)
            #expect(try await browser.submit(page, login: "admin").query["code"] != nil)
            let type = ["Content-Type": "application/x-www-form-urlencoded"]
            for more in ["&nonce=", "&client_id=", "&state=x", "&scope=openid"] {
                var other = TestBrowser(client)
                let byAddress = try await other.get("/auth?\(query)\(more)")
                let moved = try await other.send(.post, "/auth", type, query + more)
                let byForm = try await other.get(try #require(moved.location))
                #expect(byAddress.status == byForm.status, "\(more)")
                #expect(byAddress.query["error"] == byForm.query["error"], "\(more)")
                #expect(byAddress.status == (more == "&client_id=" ? 400 : 303), "\(more)")
            }
        }
    }

    @Test("pages name at most their own origin to others, and may not be framed or kept")
    func pageHeaders() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            for path in [TestBrowser.authorization(), "/login", "/", "/auth", "/nothing"] {
                let page = try await browser.get(path)
                #expect(page.headers[.referrerPolicy] == "same-origin", "\(path)")
                #expect(page.headers[.xFrameOptions] == "DENY", "\(path)")
                #expect(page.headers[.cacheControl] == "no-store", "\(path)")
                #expect(page.headers[.contentSecurityPolicy]?.contains("frame-ancestors 'none'") == true, "\(path)")
                #expect(page.headers[.accessControlAllowOrigin] == nil, "\(path)")
            }
        }
    }

    @Test("invents no state and keeps the query of the redirect URI")
    func redirectQuery() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let answer = try await browser.signIn(["state": nil, "redirect_uri": "https://rp.test/cb?tenant=a"])
            #expect(answer.location?.hasPrefix("https://rp.test/cb?tenant=a&code=") == true)
            #expect(answer.query["state"] == nil)
        }
    }

    @Test("answers by form with a button that works without scripts")
    func formPost() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let answer = try await browser.signIn(["response_mode": "form_post", "state": "\"><script>x"])
            #expect(answer.status == 200)
            #expect(answer.action == "https://rp.test/cb")
            #expect(answer.field("state") == "\"><script>x")
            #expect(answer.field("iss") == TestProvider.issuer)
            #expect(answer.field("code")?.count == 43)
            #expect(answer.text.contains("<button type=\"submit\">"))
            #expect(!answer.text.contains("<script>"))
            let policy = try #require(answer.headers[.contentSecurityPolicy])
            #expect(policy.contains("script-src 'self'"))
            #expect(!policy.contains("unsafe"))
        }
    }

    @Test("sends errors by form too")
    func formPostError() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let request = TestBrowser.authorization(["response_mode": "form_post", "prompt": "none"])
            let answer = try await browser.get(request)
            #expect(answer.field("error") == "login_required")
            #expect(answer.field("state") == "s-1")
            #expect(answer.field("iss") == TestProvider.issuer)
        }
    }

    @Test("sends access_denied when the user cancels")
    func cancel() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let page = try await browser.get(TestBrowser.authorization())
            let answer = try await browser.submit(page, login: "", password: "", do: "cancel")
            #expect(answer.query["error"] == "access_denied")
            #expect(answer.query["state"] == "s-1")
        }
    }

    @Test("lets only the groups of a client reach it")
    func groups() async throws {
        let provider = try await TestProvider()
        let closed: [String: String?] = ["client_id": "closed", "redirect_uri": "https://closed.test/cb"]
        try await provider.run { client in
            var admin = TestBrowser(client)
            let reached = try await admin.signIn(closed)
            #expect(reached.query["code"] != nil)
            var bob = TestBrowser(client)
            let refused = try await bob.signIn(closed, as: "bob")
            #expect(refused.query["error"] == "access_denied")
        }
    }

    @Test("asks for consent where the client wants it, and escapes its name")
    func consent() async throws {
        let provider = try await TestProvider()
        let asking: [String: String?] = ["client_id": "asking", "redirect_uri": "https://asking.test/cb"]
        try await provider.run { client in
            var browser = TestBrowser(client)
            let page = try await browser.signIn(asking)
            #expect(page.status == 200)
            #expect(page.text.contains("Asking &lt;App&gt;"))
            let action = try #require(page.action)
            let token = try #require(page.field("form"))
            #expect(try await browser.post(action, [("form", "x"), ("do", "allow")]).status == 403)
            #expect(try await browser.post("\(action)&max_age=1", [("form", token), ("do", "allow")]).status == 403)
            let denied = try await browser.post(action, [("form", token), ("do", "deny")])
            #expect(denied.query["error"] == "access_denied")
            let allowed = try await browser.post(action, [("form", token), ("do", "allow")])
            #expect(allowed.query["code"] != nil)
            let silent = try await browser.get(TestBrowser.authorization(asking.merging(["prompt": "none"]) { $1 }))
            #expect(silent.query["error"] == "consent_required")
        }
    }
}
