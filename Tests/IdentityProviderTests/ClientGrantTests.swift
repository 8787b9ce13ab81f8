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

@Suite("Client credentials and introspection")
struct ClientGrantTests {
    private static let robot = ["Authorization": TestBrowser.basic("robot", "robot-secret")]
    private static let inactive = #"{"active":false}"#

    private static func introspect(
        _ browser: inout TestBrowser,
        _ token: String,
        _ headers: [String: String] = robot,
        _ more: [(String, String)] = []
    ) async throws -> TestBrowser.Answer {
        try await browser.post("/token/introspect", [("token", token)] + more, headers)
    }

    @Test("a client that acts for itself gets an access token, and nothing about anybody")
    func clientCredentials() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let answer = try await browser.post(
                "/token",
                [("grant_type", "client_credentials"), ("scope", "openid email groups offline_access")],
                Self.robot
            )
            #expect(answer.status == 200)
            #expect(answer.json["id_token"] == nil && answer.json["refresh_token"] == nil)
            #expect(answer.json["scope"] == .string("") && answer.json["token_type"] == .string("Bearer"))
            let token = try #require(answer.json["access_token"]?.text)
            let claims = try TestBrowser.claims(token)
            #expect(claims["sub"] == .string("robot") && claims["client_id"] == .string("robot"))
            for name in ["email", "groups", "name", "auth_time", "sid"] { #expect(claims[name] == nil, "\(name)") }
            #expect(try await browser.userInfo(token).status == 401)
            let known = try await Self.introspect(&browser, token)
            #expect(known.json["active"] == .bool(true) && known.json["sub"] == .string("robot"))

            let secret = ["Authorization": TestBrowser.basic("robot", "wrong")]
            let wrong = try await browser.post("/token", [("grant_type", "client_credentials")], secret)
            #expect(wrong.status == 401 && wrong.headers[.wwwAuthenticate]?.hasPrefix("Basic") == true)
            let web = ["Authorization": TestBrowser.basic("web", FormEncoding.encode(TestProvider.webSecret))]
            let other = try await browser.post("/token", [("grant_type", "client_credentials")], web)
            #expect(other.json["error"] == .string("unauthorized_client"))
            let exchange = "urn:ietf:params:oauth:grant-type:token-exchange"
            let exchanged = try await browser.post("/token", [("grant_type", exchange)], Self.robot)
            #expect(exchanged.json["error"] == .string("unsupported_grant_type"))
        }
    }

    @Test("introspection tells a client of its own live tokens, and of others that they are not active")
    func introspection() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let web = ["Authorization": TestBrowser.basic("web", FormEncoding.encode(TestProvider.webSecret))]
            let tokens = try await browser.tokens()
            let access = try #require(tokens["access_token"]?.text)
            let refresh = try #require(tokens["refresh_token"]?.text)
            for hint in [[], [("token_type_hint", "refresh_token")], [("token_type_hint", "rubbish")]] {
                let answer = try await Self.introspect(&browser, access, web, hint)
                #expect(answer.status == 200 && answer.headers[.cacheControl] == "no-store")
                let claims = try TestBrowser.claims(access)
                #expect(answer.json["active"] == .bool(true))
                #expect(answer.json["client_id"] == .string("web") && answer.json["username"] == .string("admin"))
                for name in ["sub", "exp", "iat", "jti", "iss"] {
                    #expect(answer.json[name] == claims[name], "\(name)")
                }
                #expect(answer.json["scope"] == .string("openid profile email groups offline_access"))
            }
            let refreshable = try await Self.introspect(&browser, refresh, web)
            #expect(refreshable.json["active"] == .bool(true) && refreshable.json["token_type"] == nil)

            for token in [access, refresh, tokens["id_token"]?.text ?? "", "x", "a.b.c", access + "x"] {
                #expect(try await Self.introspect(&browser, token).text == Self.inactive)
            }
            #expect(try await Self.introspect(&browser, tokens["id_token"]?.text ?? "", web).text == Self.inactive)
            let next = try await browser.refresh(refresh)
            #expect(try await Self.introspect(&browser, refresh, web).text == Self.inactive)
            provider.clock.advance(by: 3_600)
            #expect(try await Self.introspect(&browser, access, web).text == Self.inactive)
            let newer = try #require(next.json["refresh_token"]?.text)
            #expect(try await Self.introspect(&browser, newer, web).json["active"] == .bool(true))
            await provider.store.setDisabled(userID: "0001", true, at: provider.clock.now)
            #expect(try await Self.introspect(&browser, newer, web).text == Self.inactive)
        }
    }

    @Test("introspection answers nobody without a secret")
    func callers() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let bare = try await Self.introspect(&browser, "x", [:])
            #expect(bare.status == 401)
            #expect(try await Self.introspect(&browser, "x", [:], [("client_id", "cli")]).status == 401)
            let wrong = ["Authorization": TestBrowser.basic("robot", "wrong")]
            #expect(try await Self.introspect(&browser, "x", wrong).status == 401)
            #expect(try await browser.get("/token/introspect").status == 405)
            #expect(try await browser.post("/token/introspect", [], Self.robot).status == 400)
        }
    }
}
