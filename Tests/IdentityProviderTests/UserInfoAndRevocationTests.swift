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

@Suite("Userinfo and revocation")
struct UserInfoAndRevocationTests {
    @Test("userinfo answers GET, POST with header and POST with body alike")
    func userInfo() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let tokens = try await browser.tokens()
            let access = try #require(tokens["access_token"]?.text)
            let id = try TestBrowser.claims(tokens["id_token"]?.text)
            let header = ["Authorization": "Bearer \(access)"]
            let answers = [
                try await browser.get("/userinfo", header),
                try await browser.send(.post, "/userinfo", header, nil),
                try await browser.post("/userinfo", [("access_token", access)]),
            ]
            for answer in answers {
                #expect(answer.status == 200)
                #expect(answer.json["sub"] == id["sub"])
                #expect(answer.json["email"] == id["email"])
                #expect(answer.json["groups"] == id["groups"])
                #expect(answer.headers[.cacheControl] == "no-store")
                #expect(answer.headers[.accessControlAllowOrigin] == "*")
            }
            #expect(try await browser.get("/userinfo?access_token=\(access)").status == 400)
            #expect(try await browser.post("/userinfo", [("access_token", access)], header).status == 400)
            let twice = [("access_token", access), ("access_token", access)]
            #expect(try await browser.post("/userinfo", twice).status == 400)
        }
    }

    @Test("userinfo refuses everything that is no live access token")
    func userInfoRefusals() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let tokens = try await browser.tokens()
            let access = try #require(tokens["access_token"]?.text)
            let id = try #require(tokens["id_token"]?.text)
            let parts = access.split(separator: ".").map(String.init)
            let none = Encoding.base64URL(Array(#"{"alg":"none","typ":"at+jwt"}"#.utf8))
            for bad in [
                id, "x", "a.b.c", parts[0] + "." + parts[1] + ".", none + "." + parts[1] + ".", access + "x",
                parts[0] + "." + Encoding.base64URL(Array("{}".utf8)) + "." + parts[2],
                id.split(separator: ".")[0] + "." + parts[1] + "." + parts[2], String(repeating: "x", count: 20_000),
                try #require(tokens["refresh_token"]?.text), Self.nested("["), Self.nested("{\"a\":"),
            ] {
                let answer = try await browser.userInfo(bad)
                #expect(answer.status == 401, "\(bad.prefix(40))")
                #expect(answer.headers[.wwwAuthenticate]?.contains("error=\"invalid_token\"") == true)
                #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer ") == true)
            }
            #expect(try await browser.get("/userinfo").status == 401)
            #expect(try await browser.get("/userinfo", ["Authorization": "Basic eDp5"]).status == 401)
            #expect(try await browser.userInfo(access).status == 200)
            provider.clock.advance(by: 3600)
            #expect(try await browser.userInfo(access).status == 401)
            var other = TestBrowser(client)
            let later = try #require(try await other.tokens()["access_token"]?.text)
            #expect(try await browser.userInfo(later).status == 200)
            await provider.store.setDisabled(userID: "0001", true, at: provider.clock.now)
            #expect(try await browser.userInfo(later).status == 401)
        }
    }

    @Test("userinfo and hints survive tokens that nest as deep as a parser goes")
    func nesting() async throws {
        let provider = try await TestProvider()
        let key = try provider.settings.keys.signingKey(.rs256, at: provider.clock.now)
        try await provider.run { client in
            var browser = TestBrowser(client)
            for (opening, middle, closing) in [("[", "", "]"), ("{\"a\":", "1", "}"), ("{\"a\":", "null", "}")] {
                for depth in [100, 505, 520] {
                    let value =
                        String(repeating: opening, count: depth) + middle + String(repeating: closing, count: depth)
                    let deep = "{\"alg\":\"RS256\",\"kid\":\"\(key.kid)\",\"x\":\(value)}"
                    let plain = "{\"alg\":\"RS256\",\"kid\":\"\(key.kid)\",\"typ\":\"at+jwt\"}"
                    for (header, payload) in [(deep, "{}"), (plain, value), (plain, deep)] {
                        let parts = [header, payload, "x"].map { Encoding.base64URL(Array($0.utf8)) }
                        let token = parts.joined(separator: ".")
                        let answer = try await browser.userInfo(token)
                        #expect(answer.status == 401)
                        let page = try await browser.get("/logout?id_token_hint=\(token)")
                        #expect(page.status == 200)
                    }
                }
            }
        }
    }

    /// A token whose header nests as deep as fits.
    private static func nested(_ opening: String) -> String {
        let header = String(repeating: opening, count: 11_000 / opening.count)
        return Encoding.base64URL(Array(header.utf8)) + ".e30.e30"
    }

    @Test("userinfo answers no more when the client is gone, or closed to the user")
    func clientGone() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let access = try #require(try await browser.tokens()["access_token"]?.text)
            let old = provider.settings
            var closed = try #require(old.clients.first { $0.id == "web" })
            closed.groups = ["others"]
            for (clients, isGood) in [(old.clients, true), ([], false), ([closed], false)] {
                let settings = ProviderSettings(
                    issuer: old.issuer,
                    lifetimes: old.lifetimes,
                    roster: Roster(clients: clients, directory: old.directory),
                    store: old.store,
                    credentials: old.credentials,
                    keys: old.keys,
                    random: old.random
                )
                let claims = try? await UserInfoEndpoint(settings).claims(accessToken: access, at: provider.clock.now)
                #expect((claims != nil) == isGood)
            }
        }
    }

    @Test("revoking a refresh token ends it and its access tokens, whatever the hint says")
    func revokeRefresh() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            for hint in [nil, "refresh_token", "access_token", "rubbish"] {
                var browser = TestBrowser(client)
                let tokens = try await browser.tokens()
                let refresh = try #require(tokens["refresh_token"]?.text)
                let answer = try await Self.revoke(&browser, refresh, ["token_type_hint": hint])
                #expect(answer.status == 200)
                #expect(try await browser.refresh(refresh).json["error"]?.text == "invalid_grant")
                #expect(try await browser.userInfo(try #require(tokens["access_token"]?.text)).status == 401)
            }
        }
    }

    @Test("revoking an access token ends that alone")
    func revokeAccess() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let tokens = try await browser.tokens()
            let access = try #require(tokens["access_token"]?.text)
            #expect(try await Self.revoke(&browser, access, ["token_type_hint": "refresh_token"]).status == 200)
            #expect(try await browser.userInfo(access).status == 401)
            #expect(try await browser.refresh(try #require(tokens["refresh_token"]?.text)).status == 200)
        }
    }

    @Test("revocation leaves unknown and foreign tokens alone and wants to know who asks")
    func revocationRefusals() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let tokens = try await browser.tokens()
            let access = try #require(tokens["access_token"]?.text)
            let refresh = try #require(tokens["refresh_token"]?.text)
            #expect(try await Self.revoke(&browser, "unknown").status == 200)
            #expect(try await Self.revoke(&browser, nil).status == 400)
            for token in [access, refresh] {
                let other = ["client_id": "other", "client_secret": "other-secret"]
                #expect(try await Self.revoke(&browser, token, other.mapValues { $0 }).status == 200)
                #expect(try await Self.revoke(&browser, token, ["client_secret": nil]).status == 401)
                #expect(try await Self.revoke(&browser, token, ["client_id": nil, "client_secret": nil]).status == 401)
                #expect(
                    try await Self.revoke(&browser, token, ["client_id": "cli", "client_secret": nil]).status == 200
                )
            }
            #expect(try await browser.userInfo(access).status == 200)
            #expect(try await browser.refresh(refresh).status == 200)
        }
    }

    private static func revoke(
        _ browser: inout TestBrowser,
        _ token: String?,
        _ changes: [String: String?] = [:]
    ) async throws -> TestBrowser.Answer {
        var form: [String: String?] = ["token": token, "client_id": "web", "client_secret": TestProvider.webSecret]
        form.merge(changes) { $1 }
        return try await browser.post("/token/revoke", form.compactMap { name, value in value.map { (name, $0) } })
    }
}
