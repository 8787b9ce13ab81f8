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

@Suite("The device flow")
struct DeviceFlowTests {
    private static let grant = "urn:ietf:params:oauth:grant-type:device_code"

    /// What a device has been given.
    private struct Device {
        var code: String
        var userCode: String
    }

    private static func start(_ browser: inout TestBrowser, _ client: String = "tv") async throws -> Device {
        let scope = "openid email offline_access"
        let answer = try await browser.post("/device/code", [("client_id", client), ("scope", scope)])
        try #require(answer.status == 200, "\(answer.text)")
        #expect(answer.headers[.cacheControl] == "no-store")
        let code = try #require(answer.json["device_code"]?.text)
        let userCode = try #require(answer.json["user_code"]?.text)
        #expect(code.utf8.count == 43)
        #expect(answer.json["verification_uri"] == .string("\(TestProvider.issuer)/device"))
        let complete = "\(TestProvider.issuer)/device?user_code=\(userCode)"
        #expect(answer.json["verification_uri_complete"] == .string(complete))
        #expect(answer.json["expires_in"] == .integer(600))
        #expect(answer.json["interval"] == .integer(5))
        return Device(code: code, userCode: userCode)
    }

    private static func poll(
        _ browser: inout TestBrowser,
        _ code: String,
        _ client: String = "tv"
    ) async throws -> TestBrowser.Answer {
        try await browser.post(
            "/token",
            [("grant_type", grant), ("device_code", code), ("client_id", client)]
        )
    }

    private static func error(_ answer: TestBrowser.Answer) -> String? { answer.json["error"]?.text }

    /// Signs in at the provider, enters the code and gives the page that asks.
    private static func confirmation(
        _ browser: inout TestBrowser,
        _ typed: String,
        as user: String = "admin"
    ) async throws -> TestBrowser.Answer {
        let query = FormEncoding.encode([RequestParameters.Pair("user_code", typed)])
        var answer = try await browser.get("/device?\(query)")
        if answer.status == 303 {
            let page = try await browser.get(try #require(answer.location))
            #expect(!page.text.contains("value=\"cancel\""))
            answer = try await browser.submit(page, login: user)
            try #require(answer.status == 303)
            answer = try await browser.get(try #require(answer.location))
        }
        return answer
    }

    private static func decide(
        _ browser: inout TestBrowser,
        _ page: TestBrowser.Answer,
        _ word: String = "allow",
        headers: [String: String] = ["Origin": TestProvider.issuer]
    ) async throws -> TestBrowser.Answer {
        let fields = [("form", page.field("form") ?? ""), ("user_code", page.field("user_code") ?? ""), ("do", word)]
        return try await browser.post(try #require(page.action), fields, headers)
    }

    @Test("user codes have eight letters that are not vowels, and are read however they are typed")
    func userCodes() {
        let random = SeededRandomSource(seed: 7)
        for _ in 0..<100 {
            let code = UserCode.make(random)
            #expect(code.count == 8 && code.allSatisfy { "BCDFGHJKLMNPQRSTVWXZ".contains($0) })
            for typed in [code, code.lowercased(), UserCode.shown(code), " \(code.prefix(4)) \(code.dropFirst(4)) "] {
                #expect(UserCode.normalised(typed) == code)
            }
        }
        for bad in ["", "AAAAAAAA", "BCDFGHJ", "BCDFGHJKL", "BCDF.GHJK", String(repeating: "B", count: 5_000)] {
            #expect(UserCode.normalised(bad) == nil, "\(bad.prefix(20))")
        }
    }

    @Test("a device gets its tokens once somebody has allowed it, and only once")
    func whole() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var device = TestBrowser(client)
            let started = try await Self.start(&device)
            let pending = try await Self.poll(&device, started.code)
            #expect(pending.status == 400 && Self.error(pending) == "authorization_pending")

            var browser = TestBrowser(client)
            let page = try await Self.confirmation(&browser, started.userCode.lowercased())
            #expect(page.status == 200)
            #expect(page.text.contains("The &lt;TV&gt;") && page.text.contains(started.userCode))
            let done = try await Self.decide(&browser, page)
            #expect(done.status == 200 && done.text.contains("The device is connected"))
            #expect(try await Self.decide(&browser, page).status == 400)

            provider.clock.advance(by: 5)
            let tokens = try await Self.poll(&device, started.code)
            #expect(tokens.status == 200, "\(tokens.text)")
            #expect(tokens.headers[.cacheControl] == "no-store")
            let claims = try TestBrowser.claims(tokens.json["id_token"]?.text)
            #expect(claims["sub"]?.text == provider.settings.directory.user(login: "admin")?.subject)
            #expect(claims["aud"] == .string("tv") && claims["nonce"] == nil)
            let access = try #require(tokens.json["access_token"]?.text)
            #expect(try await device.userInfo(access).json["email"] == .string("admin@kidd.network"))
            provider.clock.advance(by: 5)
            #expect(Self.error(try await Self.poll(&device, started.code)) == "invalid_grant")
            let form = [
                ("grant_type", "refresh_token"), ("client_id", "tv"),
                ("refresh_token", tokens.json["refresh_token"]?.text ?? ""),
            ]
            #expect(try await device.post("/token", form).status == 200)
            #expect(await provider.store.entries.map(\.action).contains("device.allow"))
        }
    }

    @Test("who signs out of the browser does not sign the device out")
    func ownSession() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var device = TestBrowser(client)
            let started = try await Self.start(&device)
            var browser = TestBrowser(client)
            let page = try await Self.confirmation(&browser, started.userCode)
            _ = try await Self.decide(&browser, page)
            let tokens = try await Self.poll(&device, started.code)
            let out = try await browser.get("/logout")
            _ = try await browser.post(try #require(out.action), [("form", out.field("form") ?? "")])
            #expect(try await device.userInfo(tokens.json["access_token"]?.text ?? "").status == 200)
        }
    }

    @Test("a device that polls too fast is told to slow down, by five seconds more each time")
    func slowDown() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var device = TestBrowser(client)
            let code = try await Self.start(&device).code
            #expect(Self.error(try await Self.poll(&device, code)) == "authorization_pending")
            provider.clock.advance(by: 4)
            #expect(Self.error(try await Self.poll(&device, code)) == "slow_down")
            provider.clock.advance(by: 9)
            #expect(Self.error(try await Self.poll(&device, code)) == "slow_down")
            provider.clock.advance(by: 15)
            #expect(Self.error(try await Self.poll(&device, code)) == "authorization_pending")
        }
    }

    @Test("what is denied, too late, another client's or unknown gives nothing")
    func refusals() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var device = TestBrowser(client)
            let denied = try await Self.start(&device)
            var browser = TestBrowser(client)
            let page = try await Self.confirmation(&browser, denied.userCode)
            let done = try await Self.decide(&browser, page, "deny")
            #expect(done.text.contains("The device is not connected"))
            #expect(Self.error(try await Self.poll(&device, denied.code)) == "access_denied")
            let late = try await Self.start(&device)
            #expect(Self.error(try await Self.poll(&device, late.code, "cli")) == "unauthorized_client")
            #expect(Self.error(try await Self.poll(&device, "x")) == "invalid_grant")
            provider.clock.advance(by: 600)
            #expect(Self.error(try await Self.poll(&device, late.code)) == "expired_token")
            let gone = try await Self.confirmation(&browser, late.userCode)
            #expect(gone.status == 400 && gone.text.contains("role=\"alert\""))
            for (form, error) in [
                ([("client_id", "tv"), ("scope", "email")], "invalid_scope"),
                ([("client_id", "cli"), ("scope", "openid")], "unauthorized_client"),
                ([("client_id", "none"), ("scope", "openid")], "invalid_client"),
                ([("client_id", "console"), ("scope", "openid")], "invalid_client"),
                ([("client_id", "tv"), ("client_id", "tv"), ("scope", "openid")], "invalid_request"),
            ] {
                #expect(Self.error(try await device.post("/device/code", form)) == error)
            }
            #expect(try await device.get("/device/code").status == 405)
        }
    }

    @Test("a code of another client is of no use to a client")
    func foreignCode() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var device = TestBrowser(client)
            let started = try await Self.start(&device)
            let answer = try await device.post(
                "/token",
                [("grant_type", Self.grant), ("device_code", started.code)],
                ["Authorization": TestBrowser.basic("console", "console-secret")]
            )
            #expect(Self.error(answer) == "invalid_grant")
        }
    }

    @Test("only the groups of a client let its devices in")
    func groups() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var device = TestBrowser(client)
            let answer = try await device.post(
                "/device/code",
                [("scope", "openid")],
                ["Authorization": TestBrowser.basic("console", "console-secret")]
            )
            let userCode = try #require(answer.json["user_code"]?.text)
            var browser = TestBrowser(client)
            let page = try await Self.confirmation(&browser, userCode, as: "bob")
            #expect(try await Self.decide(&browser, page).status == 400)
            #expect(await provider.store.entries.map(\.action).contains("device.allow") == false)
        }
    }

    @Test("of two polls at the same time one alone gets tokens")
    func parallelPolls() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var device = TestBrowser(client)
            let started = try await Self.start(&device)
            var browser = TestBrowser(client)
            let page = try await Self.confirmation(&browser, started.userCode)
            _ = try await Self.decide(&browser, page)
            let copy = device
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...8 {
                    group.addTask {
                        var parallel = copy
                        return try await Self.poll(&parallel, started.code).status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 200 } == 1)
        }
    }

    @Test("guessing user codes is slowed down, for the person who guesses")
    func guessing() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var device = TestBrowser(client)
            let started = try await Self.start(&device)
            var browser = TestBrowser(client)
            for _ in 1...5 { #expect(try await Self.confirmation(&browser, "BCDF-GHJK").status == 400) }
            let refused = try await Self.confirmation(&browser, started.userCode)
            #expect(refused.status == 429 && refused.headers[.retryAfter] == "5")
            var neighbour = TestBrowser(client)
            #expect(try await Self.confirmation(&neighbour, started.userCode, as: "bob").status == 200)
            provider.clock.advance(by: 5)
            #expect(try await Self.confirmation(&browser, started.userCode).status == 200)
        }
    }

    @Test("another site can neither enter a code nor decide, and one network starts a bounded number")
    func forgery() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var device = TestBrowser(client)
            let started = try await Self.start(&device)
            var browser = TestBrowser(client)
            let page = try await Self.confirmation(&browser, started.userCode)
            let forged = try await Self.decide(&browser, page, headers: ["Origin": "https://evil.test"])
            #expect(forged.status == 403)
            let bare = try await browser.post("/device", [("user_code", started.userCode)])
            #expect(bare.status == 403)
            let entry = try await browser.get("/device")
            let entered = try await browser.post(
                try #require(entry.action),
                [("form", entry.field("form") ?? ""), ("user_code", started.userCode)]
            )
            #expect(entered.status == 303 && entered.location?.hasPrefix("/device?user_code=") == true)
            for _ in 1...19 { _ = try await Self.start(&device) }
            let refused = try await device.post("/device/code", [("client_id", "tv"), ("scope", "openid")])
            #expect(refused.status == 429 && refused.headers[.retryAfter] == "3")
        }
    }
}
