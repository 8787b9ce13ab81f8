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
import Support
import Testing

@testable import IdentityProvider

@Suite("Logout")
struct LogoutTests {
    private static func uri(_ parameters: [String: String?]) -> String {
        let pairs = parameters.sorted { $0.key < $1.key }
            .compactMap { name, value in value.map { RequestParameters.Pair(name, $0) } }
        return "/logout?" + FormEncoding.encode(pairs)
    }

    private static let bye = "https://rp.test/bye"

    private static func isSignedIn(_ browser: inout TestBrowser) async throws -> Bool {
        try await browser.get(TestBrowser.authorization(["prompt": "none"])).query["code"] != nil
    }

    @Test("with a hint, also an expired one, ends the session and goes back with the state")
    func hint() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            for state in ["s 1", nil] {
                for wait in [0.0, 5000.0] {
                    var browser = TestBrowser(client)
                    let hint = try await browser.tokens()["id_token"]?.text
                    provider.clock.advance(by: wait)
                    let answer = try await browser.get(
                        Self.uri(["id_token_hint": hint, "post_logout_redirect_uri": Self.bye, "state": state])
                    )
                    #expect(answer.status == 303)
                    #expect(answer.location == (state == nil ? Self.bye : Self.bye + "?state=s%201"))
                    #expect(browser.cookies[BrowserCookies.session] == nil)
                    #expect(try await Self.isSignedIn(&browser) == false)
                }
            }
        }
    }

    @Test("with a hint alone shows that the session has ended")
    func hintOnly() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let hint = try await browser.tokens()["id_token"]?.text
            let answer = try await browser.get(Self.uri(["id_token_hint": hint]))
            #expect(answer.status == 200)
            #expect(answer.text.contains("You are signed out"))
            #expect(try await Self.isSignedIn(&browser) == false)
        }
    }

    @Test("by form works like by address")
    func byForm() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let hint = try #require(try await browser.tokens()["id_token"]?.text)
            let moved = try await browser.post(
                "/logout",
                [("id_token_hint", hint), ("post_logout_redirect_uri", Self.bye)]
            )
            #expect(moved.status == 303)
            #expect(try await browser.get(try #require(moved.location)).location == Self.bye)
        }
    }

    @Test("never goes anywhere without a genuine hint and a registered address")
    func refusals() async throws {
        let provider = try await TestProvider()
        let foreign = try await TestProvider(issuer: "https://other.kidd.network")
        try await provider.run { client in
            var browser = TestBrowser(client)
            let tokens = try await browser.tokens()
            let hint = try #require(tokens["id_token"]?.text)
            let parts = hint.split(separator: ".").map(String.init)
            let none = Encoding.base64URL(Array(#"{"alg":"none","kid":"x"}"#.utf8)) + "." + parts[1] + "."
            var signature = Array(parts[2])
            signature[9] = signature[9] == "A" ? "B" : "A"
            var claims = try TestBrowser.claims(hint)
            claims["iss"] = .string(foreign.settings.issuer)
            let key = try provider.settings.keys.signingKey(.rs256, at: provider.clock.now)
            let otherIssuer = try CompactToken.sign(claims, type: "JWT", with: key)
            claims["iss"] = .string(TestProvider.issuer)
            let strangerRecord = try SigningKey.generate(
                .rs256,
                at: provider.clock.now,
                activeFrom: provider.clock.now
            )
            let stranger = try CompactToken.sign(claims, type: "JWT", with: try SigningKey(strangerRecord))
            let rows: [[String: String?]] = [
                [:], ["state": "x"], ["post_logout_redirect_uri": Self.bye],
                ["client_id": "web", "post_logout_redirect_uri": Self.bye],
                ["id_token_hint": hint, "post_logout_redirect_uri": "https://evil.test/"],
                ["id_token_hint": hint, "post_logout_redirect_uri": "\(Self.bye)?x=1"],
                ["id_token_hint": hint, "post_logout_redirect_uri": "https://rp.test/cb"],
                ["id_token_hint": hint, "client_id": "other", "post_logout_redirect_uri": Self.bye],
                ["id_token_hint": none, "post_logout_redirect_uri": Self.bye],
                [
                    "id_token_hint": parts[0] + "." + parts[1] + "." + String(signature),
                    "post_logout_redirect_uri": Self.bye,
                ],
                ["id_token_hint": otherIssuer, "post_logout_redirect_uri": Self.bye],
                ["id_token_hint": stranger, "post_logout_redirect_uri": Self.bye],
                ["id_token_hint": tokens["access_token"]?.text, "post_logout_redirect_uri": Self.bye],
            ]
            for row in rows {
                let answer = try await browser.get(Self.uri(row))
                #expect(answer.status == 200)
                #expect(answer.location == nil)
                if try await Self.isSignedIn(&browser) == false { _ = try await browser.signIn() }
            }
        }
    }

    @Test("asks before it ends a session that no hint vouches for")
    func confirmation() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            _ = try await browser.signIn(as: "bob")
            let page = try await browser.get("/logout")
            #expect(page.text.contains("Sign out?"))
            #expect(try await Self.isSignedIn(&browser))
            let action = try #require(page.action)
            let token = try #require(page.field("form"))
            #expect(try await browser.post(action, []).status == 403)
            #expect(try await browser.post(action, [("form", token)], ["Origin": "https://evil.test"]).status == 403)
            #expect(try await Self.isSignedIn(&browser))
            let done = try await browser.post(action, [("form", token)])
            #expect(done.text.contains("You are signed out"))
            #expect(!done.text.contains("<form"))
            #expect(try await Self.isSignedIn(&browser) == false)
        }
    }

    @Test("asks when the hint is another user's")
    func foreignHint() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var admin = TestBrowser(client)
            let hint = try await admin.tokens()["id_token"]?.text
            var bob = TestBrowser(client)
            _ = try await bob.signIn(as: "bob")
            let answer = try await bob.get(Self.uri(["id_token_hint": hint, "post_logout_redirect_uri": Self.bye]))
            #expect(answer.text.contains("Sign out?"))
            #expect(try await Self.isSignedIn(&bob))
        }
    }

    @Test("ends what the session gave, but not what was asked for offline")
    func grants() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let online = try await browser.tokens(["scope": "openid"])
            let answer = try await browser.get(TestBrowser.authorization())
            let offline = try await browser.redeem(answer.query["code"]).json
            _ = try await browser.get(Self.uri(["id_token_hint": online["id_token"]?.text]))
            #expect(try await browser.userInfo(online["access_token"]?.text ?? "").status == 401)
            #expect(try await browser.userInfo(offline["access_token"]?.text ?? "").status == 200)
            #expect(try await browser.refresh(offline["refresh_token"]?.text ?? "").status == 200)
        }
    }
}
