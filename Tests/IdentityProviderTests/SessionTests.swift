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

@testable import IdentityProvider

@Suite("Sessions and the sign-in page")
struct SessionTests {
    @Test("signs in once: the next request gets its code without a page, with the same subject and time")
    func singleSignOn() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let first = try TestBrowser.claims(try await browser.tokens()["id_token"]?.text)
            provider.clock.advance(by: 30)
            for changes: [String: String?] in [[:], ["prompt": "none"], ["max_age": "10000"]] {
                let answer = try await browser.get(TestBrowser.authorization(changes))
                let tokens = try await browser.redeem(answer.query["code"])
                let claims = try TestBrowser.claims(tokens.json["id_token"]?.text)
                #expect(claims["sub"] == first["sub"])
                #expect(claims["auth_time"] == first["auth_time"])
                #expect(claims["sid"] == first["sid"])
            }
        }
    }

    @Test(
        "asks again when the relying party wants it",
        arguments: [
            ["prompt": "login"], ["prompt": "select_account"], ["max_age": "1"], ["max_age": "0"],
        ]
    )
    func asksAgain(changes: [String: String]) async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let first = try TestBrowser.claims(try await browser.tokens()["id_token"]?.text)
            provider.clock.advance(by: 2)
            let tokens = try await browser.tokens(changes.mapValues { $0 })
            let claims = try TestBrowser.claims(tokens["id_token"]?.text)
            #expect(claims["sub"] == first["sub"])
            #expect(try #require(claims["auth_time"]?.number) == (try #require(first["auth_time"]?.number)) + 2)
        }
    }

    @Test("judges id_token_hint")
    func hint() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var admin = TestBrowser(client)
            let hint = try await admin.tokens()["id_token"]?.text
            let access = try await admin.tokens(["prompt": "login"])["access_token"]?.text
            func silent(_ browser: inout TestBrowser, _ hint: String?) async throws -> RequestParameters {
                try await browser.get(TestBrowser.authorization(["prompt": "none", "id_token_hint": hint])).query
            }
            #expect(try await silent(&admin, hint)["code"] != nil)
            #expect(try await silent(&admin, access)["error"] == "login_required")
            #expect(try await silent(&admin, "rubbish")["error"] == "login_required")
            var bob = TestBrowser(client)
            _ = try await bob.signIn(as: "bob")
            #expect(try await silent(&bob, hint)["error"] == "login_required")
            let other = try await bob.signIn(["id_token_hint": hint, "prompt": "login"], as: "bob")
            #expect(other.query["error"] == "login_required")
        }
    }

    @Test(
        "takes e-mail address and user name in any letter case",
        arguments: [
            "admin", "ADMIN", " admin ", "admin@kidd.network", "Admin@Kidd.Network",
        ]
    )
    func logins(login: String) async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let answer = try await browser.signIn(as: login)
            #expect(answer.query["code"] != nil)
        }
    }

    @Test(
        "says the same for a wrong password, an unknown user, none at all and a disabled one",
        arguments: [
            ("admin", "mistaken"), ("nobody", TestProvider.password), ("", ""), ("bob", TestProvider.password),
            ("admin", String(repeating: "x", count: 5000)), ("admin", "\u{0}"), ("admin\u{0}", TestProvider.password),
        ]
    )
    func wrong(login: String, password: String) async throws {
        let provider = try await TestProvider()
        await provider.store.setDisabled(userID: "0002", true, at: provider.clock.now)
        try await provider.run { client in
            var browser = TestBrowser(client)
            let answer = try await browser.signIn(as: login, password: password)
            #expect(answer.status == 200)
            #expect(answer.text.contains("role=\"alert\""))
            #expect(answer.text.contains("User name or password is wrong."))
            #expect(browser.cookies[BrowserCookies.session] == nil)
            #expect(password.isEmpty || !answer.text.contains(password))
        }
    }

    @Test("tolerates honest mistakes, then slows down, and the right account is not shut out for ever")
    func throttling() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            var page = try await browser.get(TestBrowser.authorization())
            for _ in 1...5 {
                page = try await browser.submit(page, login: "admin", password: "wrong")
                #expect(page.status == 200)
            }
            let refused = try await browser.submit(page, login: "admin")
            #expect(refused.status == 429)
            #expect(refused.headers[.retryAfter] == "2")
            let neighbour = try await browser.submit(page, login: "bob")
            #expect(neighbour.query["code"] != nil)
            provider.clock.advance(by: 2)
            let again = try await browser.submit(page, login: "admin")
            #expect(again.query["code"] != nil)
        }
    }

    @Test("refuses forms of other sites, browsers and purposes")
    func forgery() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let page = try await browser.get(TestBrowser.authorization())
            for headers in [
                ["Origin": "https://evil.test"], ["Origin": "null"], ["Sec-Fetch-Site": "cross-site"],
                ["Origin": "https://idp.kidd.network.evil.test"], ["Sec-Fetch-Site": "same-site"],
            ] {
                let answer = try await browser.submit(page, login: "admin", headers: headers)
                #expect(answer.status == 403)
                #expect(browser.cookies[BrowserCookies.session] == nil)
            }
            var other = TestBrowser(client)
            _ = try await other.get(TestBrowser.authorization())
            let foreign = try await other.submit(page, login: "admin")
            #expect(foreign.status == 403)
            var without = TestBrowser(client)
            let bare = try await without.submit(page, login: "admin")
            #expect(bare.status == 403)
            let noOrigin = try await browser.submit(page, login: "admin", headers: [:])
            #expect(noOrigin.query["code"] != nil)
        }
    }

    @Test("sets cookies that stay with this host, TLS and HTTP, and changes the id at every login")
    func cookies() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let planted = Encoding.base64URL([UInt8](repeating: 7, count: 32))
            browser.cookies[BrowserCookies.session] = planted
            let answer = try await browser.signIn()
            let set = answer.headers[values: .setCookie]
            #expect(set.count == 1)
            for attribute in ["__Host-", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
                #expect(set.allSatisfy { $0.contains(attribute) })
            }
            let first = browser.cookies[BrowserCookies.session]
            #expect(first != planted)
            _ = try await browser.signIn(["prompt": "login"])
            let second = browser.cookies[BrowserCookies.session]
            #expect(second != first)
            var thief = TestBrowser(client)
            thief.cookies[BrowserCookies.session] = first
            #expect(try await thief.get(TestBrowser.authorization(["prompt": "none"])).query["code"] == nil)
            #expect(await provider.store.session(TokenDigest(of: Secret(second ?? ""))) != nil)
        }
    }

    @Test("ends sessions with their time, and with the account")
    func endings() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            _ = try await browser.signIn()
            await provider.store.setDisabled(userID: "0001", true, at: provider.clock.now)
            let silent = TestBrowser.authorization(["prompt": "none"])
            #expect(try await browser.get(silent).query["error"] == "login_required")
            await provider.store.setDisabled(userID: "0001", false, at: provider.clock.now)
            #expect(try await browser.get(silent).query["error"] == "login_required")
            _ = try await browser.signIn()
            #expect(try await browser.get(silent).query["code"] != nil)
            provider.clock.advance(by: Lifetimes.standard.session.seconds)
            #expect(try await browser.get(silent).query["error"] == "login_required")
        }
    }

    @Test("keeps the sign-in page to itself and escapes what it shows")
    func page() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let hint = "\"><img src=x onerror='a'>&"
            let answer = try await browser.get(TestBrowser.authorization(["login_hint": hint, "state": hint]))
            #expect(answer.field("login") == hint)
            #expect(!answer.text.contains("<img src=x"))
            #expect(!answer.text.contains("onerror='"))
            let policy = try #require(answer.headers[.contentSecurityPolicy])
            #expect(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"))
            #expect(!policy.contains("script-src") && !policy.contains("unsafe"))
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            #expect(answer.headers[.strictTransportSecurity] != nil)
            for part in [
                "<html lang=\"en\">", "<title>Sign in", "autocomplete=\"username\"",
                "autocomplete=\"current-password\"",
                "<label for=\"login\">", "<label for=\"password\">", "name=\"viewport\"",
            ] {
                #expect(answer.text.contains(part), "\(part)")
            }
            #expect(!answer.text.contains("<script"))
        }
    }
}
