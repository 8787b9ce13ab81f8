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
import OIDCTestSupport
import Support
import Testing

@testable import IdentityProvider

@Suite("The log")
struct LogTests {
    @Test("has a line for each request and no secret in any")
    func secrets() async throws {
        let provider = try await TestProvider()
        let logs = RecordingLogHandler()
        let secrets = Secrets()
        try await provider.run(logs: logs) { client in
            var browser = TestBrowser(client)
            _ = try await browser.signIn(password: "mistaken-password")
            let answer = try await browser.signIn(["state": "the-state", "nonce": "the-nonce"])
            let code = try #require(answer.query["code"])
            let tokens = try await browser.redeem(code).json
            let values = ["access_token", "id_token", "refresh_token"].compactMap { tokens[$0]?.text }
            try #require(values.count == 3)
            _ = try await browser.userInfo(values[0])
            _ = try await browser.get("/userinfo?access_token=\(values[0])")
            _ = try await browser.refresh(values[2])
            let user = try #require(provider.settings.directory.user(login: "bob"))
            let link = try await LinkIssuer.issue(
                for: user,
                issuer: "",
                store: provider.store,
                random: provider.settings.random,
                at: provider.clock.now
            )
            _ = try await browser.get(link.expose())
            let cookies = Array(browser.cookies.values)
            _ = try await browser.get("/logout?id_token_hint=\(values[1])")
            await secrets.add(values + cookies + [code, String(link.expose().dropFirst(10)), TestProvider.webSecret])
        }
        let text = logs.text + "\n" + provider.journal.text
        #expect(text.contains("/password/{token}") && text.contains("/logout") && text.contains("session.begin"))
        let known = ["the-state", "the-nonce", TestProvider.password, "mistaken-password", TestProvider.verifier]
        for secret in await secrets.values + known {
            #expect(!text.contains(secret), "\(secret)")
        }
    }

    @Test("names the request wherever something happens in one")
    func requestIDs() async throws {
        let provider = try await TestProvider()
        let logs = RecordingLogHandler()
        try await provider.run(logs: logs) { client in
            var browser = TestBrowser(client)
            _ = try await browser.tokens()
        }
        let lines = logs.text.split(separator: "\n")
        let begin = try #require(lines.first { $0.contains("session.begin") })
        #expect(begin.contains("hb.request.id") && begin.contains("admin@kidd.network"))
        #expect(provider.journal.text.isEmpty)
    }

    @Test("what costs nothing to repeat is noted once a minute, and counted each time")
    func repeats() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let page = try await browser.get(TestBrowser.authorization())
            for _ in 1...30 { _ = try await browser.submit(page, login: "admin", password: "wrong") }
            func noted(_ action: String) async -> Int {
                await provider.store.entries.count { $0.action == action }
            }
            #expect(await noted("session.refused") == 5)
            #expect(await noted("session.throttled") == 1)
            _ = try await browser.submit(page, login: "bob", password: "wrong")
            #expect(await noted("session.refused") == 6)
            var other = TestBrowser(client)
            let code = try await other.signIn(as: "bob").query["code"]
            let refresh = try #require(try await other.redeem(code).json["refresh_token"]?.text)
            for _ in 1...5 { _ = try await other.refresh(refresh) }
            #expect(await noted("refresh-token.reuse") == 1)
        }
    }

    @Test("a flood from many addresses hides no alarm")
    func flood() {
        let repeats = Repeats()
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        for number in 0..<Repeats.limit { #expect(!repeats.isRecent("throttled \(number)", whenFull: true, at: now)) }
        #expect(repeats.isRecent("throttled by one more", whenFull: true, at: now))
        #expect(!repeats.isRecent("reuse", whenFull: false, at: now))
        #expect(!repeats.isRecent("throttled by one more", whenFull: true, at: now.addingTimeInterval(60)))
    }

    private actor Secrets {
        var values: [String] = []

        func add(_ more: [String]) { values += more }
    }
}
