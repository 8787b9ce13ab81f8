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

@Suite("One-time links")
struct PasswordLinkTests {
    private static let new = "a new and long one"

    private static func issue(_ provider: TestProvider, for login: String = "admin") async throws -> String {
        let user = try #require(provider.settings.directory.user(login: login))
        let url = try await LinkIssuer.issue(
            for: user,
            issuer: provider.settings.issuer,
            store: provider.store,
            random: provider.settings.random,
            at: provider.clock.now
        )
        #expect(url.expose().hasPrefix("\(TestProvider.issuer)/password/"))
        return String(url.expose().dropFirst(TestProvider.issuer.count))
    }

    /// Opens a link in a browser, which then shows the form.
    private static func open(_ browser: inout TestBrowser, _ path: String) async throws -> TestBrowser.Answer {
        let start = try await browser.get(path)
        try #require(start.status == 200)
        #expect(!start.text.contains("type=\"password\""))
        let token = try #require(start.field("form"))
        let opened = try await browser.post(
            try #require(start.action),
            [("form", token)],
            ["Origin": TestProvider.issuer]
        )
        try #require(opened.status == 303 && opened.location == path)
        return try await browser.get(path)
    }

    @Test("set the password once, end old sessions and tokens, and then sign in")
    func set() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var old = TestBrowser(client)
            let tokens = try await old.tokens()
            let path = try await Self.issue(provider)
            var browser = TestBrowser(client)
            for _ in 1...3 { #expect(try await browser.get(path).status == 200) }
            let page = try await Self.open(&browser, path)
            #expect(page.field("form") != nil)
            #expect(page.text.contains("autocomplete=\"new-password\""))
            // A browser would cut a longer one without a word, and the sign-in page would then refuse it.
            #expect(!page.text.contains("maxlength"))
            let done = try await Self.post(&browser, page)
            #expect(done.status == 200)
            #expect(done.text.contains("Your password is set"))
            #expect(browser.cookies[BrowserCookies.session] == nil)
            #expect(try await browser.get(path).status == 410)
            #expect(try await Self.post(&browser, page).status == 410)
            let renewed = try await browser.signIn(password: Self.new)
            #expect(renewed.query["code"] != nil)
            let silent = TestBrowser.authorization(["prompt": "none"])
            #expect(try await old.get(silent).query["error"] == "login_required")
            #expect(try await old.userInfo(tokens["access_token"]?.text ?? "").status == 401)
            #expect(try await old.refresh(tokens["refresh_token"]?.text ?? "").status == 400)
        }
    }

    @Test("are good for 15 minutes, and a new one voids the last")
    func lifetime() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let first = try await Self.issue(provider)
            let others = try await Self.issue(provider, for: "bob")
            let second = try await Self.issue(provider)
            #expect(try await browser.get(first).status == 410)
            #expect(try await browser.get(others).status == 200)
            let page = try await Self.open(&browser, second)
            provider.clock.advance(by: 899)
            #expect(try await browser.get(second).status == 200)
            provider.clock.advance(by: 1)
            #expect(try await browser.get(second).status == 410)
            #expect(try await Self.post(&browser, page).status == 410)
            #expect(try await browser.get("/password/unknown").status == 410)
            #expect(try await browser.get("/password/%00%ff").status == 410)
        }
    }

    @Test(
        "refuse bad passwords without being used up",
        arguments: [
            ("short", "short"), ("Password12345", "Password12345"), ("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa"),
            ("admin@kidd.network", "admin@kidd.network"), ("a good password", "another password"), ("", ""),
            (String(repeating: "ü", count: 40), String(repeating: "ü", count: 40)),
            ("tab\tin the middle", "tab\tin the middle"),
        ]
    )
    func badPasswords(password: String, again: String) async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let path = try await Self.issue(provider)
            let page = try await Self.open(&browser, path)
            let answer = try await Self.post(&browser, page, password, again)
            #expect(answer.status == 200)
            #expect(answer.text.contains("role=\"alert\""))
            #expect(try await browser.get(path).status == 200)
            let unchanged = try await browser.signIn()
            #expect(unchanged.query["code"] != nil)
        }
    }

    @Test("are set once of four at the same time, and not by other sites")
    func races() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let page = try await Self.open(&browser, try await Self.issue(provider))
            let forged = try await Self.post(&browser, page, headers: ["Origin": "https://evil.test"])
            #expect(forged.status == 403)
            let copy = browser
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...4 {
                    group.addTask {
                        var parallel = copy
                        return try await Self.post(&parallel, page).status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200, 410, 410, 410])
        }
    }

    @Test("belong to the browser that opens them first; looking at one does not open it")
    func binding() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            let path = try await Self.issue(provider)
            var preview = TestBrowser(client)
            #expect(try await preview.get(path).status == 200)
            var browser = TestBrowser(client)
            let page = try await Self.open(&browser, path)
            #expect(page.text.contains("type=\"password\""))
            // Whoever has seen the link before cannot go on any more, with the form that they hold or a new one.
            var thief = TestBrowser(client)
            let late = try await thief.get(path)
            #expect(late.status == 403 && late.text.contains("another browser"))
            _ = try await thief.get(TestBrowser.authorization())
            let forged = try await Self.post(&thief, page)
            #expect(forged.status == 403)
            let early = try await preview.post(path + "/open", [("form", "x")])
            #expect(early.status == 403)
            #expect(try await Self.post(&browser, page).status == 200)
            #expect(await provider.store.entries.map(\.action) == ["link.open", "password.set"])
        }
    }

    @Test("are of no use to a disabled account")
    func disabled() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let path = try await Self.issue(provider)
            await provider.store.setDisabled(userID: "0001", true, at: provider.clock.now)
            #expect(try await browser.get(path).status == 410)
        }
    }

    private static func post(
        _ browser: inout TestBrowser,
        _ page: TestBrowser.Answer,
        _ password: String = new,
        _ again: String = new,
        headers: [String: String] = ["Origin": TestProvider.issuer]
    ) async throws -> TestBrowser.Answer {
        let action = try #require(page.action)
        let token = try #require(page.field("form"))
        return try await browser.post(action, [("form", token), ("password", password), ("repeat", again)], headers)
    }
}
