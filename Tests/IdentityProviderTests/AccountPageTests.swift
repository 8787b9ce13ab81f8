//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Lab
import OIDC
import OIDCTestSupport
import PasswordHashing
import Support
import Synchronization
import Templating
import Testing

@testable import IdentityProvider

@Suite("The own account, and languages")
struct AccountPageTests {
    private static let origin = ["Origin": TestProvider.issuer]
    private static let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

    /// Signs in at the provider itself.
    private static func signIn(_ browser: inout TestBrowser, _ agent: String = firefox) async throws
        -> TestBrowser.Answer
    {
        let start = try await browser.get("/account")
        try #require(start.status == 303 && start.location == "/login?to=account")
        let page = try await browser.get("/login?to=account")
        let answer = try await browser.submit(
            page,
            login: "admin",
            headers: ["Origin": TestProvider.issuer, "User-Agent": agent]
        )
        try #require(answer.status == 303 && answer.location == "/account")
        return try await browser.get("/account")
    }

    /// The hidden fields of the form with this action.
    private static func form(_ page: TestBrowser.Answer, _ action: String) throws -> TestBrowser.Answer {
        let start = try #require(page.text.firstRange(of: "action=\"\(action)\""))
        return TestBrowser.Answer(status: 200, headers: [:], text: String(page.text[start.lowerBound...]))
    }

    @Test("shows who one is and where one is signed in; other sessions can be ended, one or all")
    func sessions() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let first = try await Self.signIn(&browser)
            #expect(first.status == 200 && first.text.contains("Firefox on Linux"))
            #expect(first.text.contains("admin@kidd.network") && first.text.contains("cluster-admins"))
            #expect(!first.text.contains("value=\"revoke\""))
            var others: [TestBrowser] = []
            for agent in ["curl/8 (Linux)", "<b>Odd</b>", "x"] {
                provider.clock.advance(by: 1)
                var other = TestBrowser(client)
                _ = try await Self.signIn(&other, agent)
                others.append(other)
            }
            let silent = TestBrowser.authorization(["prompt": "none"])
            let page = try await browser.get("/account")
            #expect(page.text.contains("Unknown browser") && !page.text.contains("<b>Odd"))
            let form = try Self.form(page, "/account/sessions")
            let fields = [
                ("form", form.field("form") ?? ""), ("session", form.field("session") ?? ""), ("do", "revoke"),
            ]
            let forged = try await browser.post("/account/sessions", fields, ["Origin": "https://evil.test"])
            #expect(forged.status == 403)
            let done = try await browser.post("/account/sessions", fields, Self.origin)
            #expect(done.status == 303)
            let after = try await browser.get(try #require(done.location))
            #expect(after.text.contains("The session has ended."))
            var alive = 0
            for index in others.indices where try await others[index].get(silent).query["code"] != nil { alive += 1 }
            #expect(alive == 2)
            let all = try await browser.post(
                "/account/sessions",
                [("form", form.field("form") ?? ""), ("do", "revoke-others")],
                Self.origin
            )
            #expect(all.status == 303)
            for index in others.indices {
                #expect(try await others[index].get(silent).query["error"] == "login_required")
            }
            #expect(try await browser.get(silent).query["code"] != nil)
            // The session of somebody else, or none, is nobody's to end.
            for session in ["", "x", String(repeating: "y", count: 9_000)] {
                let odd = [("form", form.field("form") ?? ""), ("session", session), ("do", "revoke")]
                #expect(try await browser.post("/account/sessions", odd, Self.origin).status == 303)
            }
            #expect(await provider.store.entries.map(\.action).filter { $0 == "session.revoke" }.count == 2)
        }
    }

    @Test("changes the password of who knows it, and ends all other sessions and tokens")
    func password() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var other = TestBrowser(client)
            let tokens = try await other.tokens()
            var browser = TestBrowser(client)
            let page = try await Self.signIn(&browser)
            let token = try #require(try Self.form(page, "/account/password").field("form"))
            let new = "another good password"
            for (current, password, again, text) in [
                (TestProvider.password, "short", "short", "fewer than 12"),
                (TestProvider.password, new, new + "x", "not the same"),
                (TestProvider.password, TestProvider.password, TestProvider.password, "the same as the current"),
                ("mistaken password", new, new, "current password is wrong"),
            ] {
                let form = [("form", token), ("current", current), ("password", password), ("repeat", again)]
                let answer = try await browser.post("/account/password", form, Self.origin)
                #expect(answer.status == 400 && answer.text.contains(text), "\(text)")
                #expect(!answer.text.contains(new))
            }
            let form = [("form", token), ("current", TestProvider.password), ("password", new), ("repeat", new)]
            #expect(try await browser.post("/account/password", form, ["Origin": "null"]).status == 403)
            let done = try await browser.post("/account/password", form, Self.origin)
            #expect(done.status == 303 && done.location == "/account?done=password")
            #expect(try await browser.get("/account?done=password").text.contains("Your password is changed."))
            #expect(
                try await other.get(TestBrowser.authorization(["prompt": "none"])).query["error"] == "login_required"
            )
            #expect(try await other.refresh(tokens["refresh_token"]?.text ?? "").status == 400)
            var later = TestBrowser(client)
            #expect(try await later.signIn(password: new).query["code"] != nil)
        }
    }

    @Test("a password that is set by a link meanwhile is not overwritten by the account page")
    func race() async throws {
        let provider = try await TestProvider()
        var app = provider.app
        // One at a time, in turn: two gates stand before the page's check of the present password, and before its hash of
        // the new one.
        app.passwords = PasswordWork(limit: 1, queueLimit: 8)
        let work = app.passwords
        try await Application(router: try app.router()).test(.router) { client in
            var browser = TestBrowser(client)
            let page = try await Self.signIn(&browser)
            let token = try #require(try Self.form(page, "/account/password").field("form"))
            let new = "another good password"
            let form = [("form", token), ("current", TestProvider.password), ("password", new), ("repeat", new)]
            var thief = browser
            let (first, second) = (Gate(), Gate())
            async let firstPassed: Void = work.run(first.pass)
            while !first.isReached { try await Task.sleep(for: .milliseconds(1)) }
            async let answer = thief.post("/account/password", form, Self.origin)
            while await work.waitingCount < 1 { try await Task.sleep(for: .milliseconds(1)) }
            async let secondPassed: Void = work.run(second.pass)
            while await work.waitingCount < 2 { try await Task.sleep(for: .milliseconds(1)) }
            first.open()
            while !second.isReached { try await Task.sleep(for: .milliseconds(1)) }
            while await work.waitingCount < 1 { try await Task.sleep(for: .milliseconds(1)) }
            await provider.store.setPassword(userID: "0001", hash: Secret("the owner's"), at: provider.clock.now)
            second.open()
            _ = try await (firstPassed, secondPassed)
            let late = try await answer
            #expect(late.status == 303 && late.location == "/login?to=account")
            #expect(await provider.store.account(userID: "0001")?.passwordHash == Secret("the owner's"))
        }
    }

    @Test("slows down who guesses the current password in a session that is not theirs")
    func guessing() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let page = try await Self.signIn(&browser)
            let token = try #require(try Self.form(page, "/account/password").field("form"))
            let new = "another good password"
            for number in 1...6 {
                let form = [("form", token), ("current", "guess \(number)"), ("password", new), ("repeat", new)]
                let answer = try await browser.post("/account/password", form, Self.origin)
                #expect(answer.status == (number < 6 ? 400 : 429))
            }
        }
    }

    @Test("signing in leads to pages of ours and nowhere else")
    func destinations() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            for (query, location) in [
                ("to=account", "/account"), ("to=device", "/device"),
                ("to=device&user_code=bcdf-ghjk", "/device?user_code=BCDFGHJK"),
                ("to=device&user_code=%0d%0ax", "/device"), ("to=https://evil.test", "/account"), ("", "/account"),
            ] {
                var browser = TestBrowser(client)
                let page = try await browser.get("/login?\(query)")
                let answer = try await browser.submit(page, login: "admin")
                #expect(answer.status == 303 && answer.location == location, "\(query)")
                #expect(try await browser.get("/login?\(query)").location == location)
            }
        }
    }

    @Test("a hash of too low a cost is made anew at the next sign-in, and no session ends")
    func rehash() async throws {
        let provider = try await TestProvider()
        let user = try #require(provider.settings.directory.user(login: "admin"))
        let stronger = ProviderSettings(
            issuer: provider.settings.issuer,
            lifetimes: provider.settings.lifetimes,
            roster: provider.settings.roster,
            store: provider.store,
            credentials: provider.store,
            keys: provider.settings.keys,
            random: provider.settings.random
        )
        let password = Secret(TestProvider.password)
        let wrong = try await SignIn(stronger).user(login: "admin", password: Secret("x"), worker: PasswordWork())
        #expect(wrong == nil)
        #expect(await provider.store.account(userID: user.id)?.passwordHash == TestProvider.hash)
        #expect(try await SignIn(stronger).user(login: "admin", password: password, worker: PasswordWork()) == user)
        let hash = try #require(await provider.store.account(userID: user.id)?.passwordHash)
        #expect(Bcrypt.cost(of: hash.expose()) == 12 && Bcrypt.costs.contains(12))
        #expect(try await SignIn(stronger).user(login: "admin", password: password, worker: PasswordWork()) == user)
        #expect(await provider.store.account(userID: user.id)?.passwordHash == hash)
    }

    @Test(
        "pages speak the language that is asked for",
        arguments: [
            ("de", nil, "de"), ("de-CH, en;q=0.5", nil, "de"), ("en, de", nil, "en"), ("fr", nil, "en"),
            ("fr, de;q=0.1", nil, "de"), ("de;q=0, en", nil, "en"), ("en", "de", "de"), ("de", "fr en", "en"),
            ("", "se", "en"), (";;;,,q=x", nil, "en"), (String(repeating: "x,", count: 2_000), nil, "en"),
        ] as [(String, String?, String)]
    )
    func languages(header: String, locales: String?, language: String) async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let page = try await browser.get(
                TestBrowser.authorization(["ui_locales": locales]),
                ["Accept-Language": header]
            )
            #expect(page.status == 200)
            #expect(page.headers[.contentLanguage] == language)
            #expect(page.text.contains("<html lang=\"\(language)\">"))
            #expect(page.text.contains(language == "de" ? "Anmelden" : "Sign in"))
            // The language goes along with the form.
            let refused = try await browser.submit(
                page,
                login: "admin",
                password: "wrong",
                headers: ["Origin": TestProvider.issuer, "Accept-Language": header]
            )
            #expect(refused.headers[.contentLanguage] == language)
        }
    }

    @Test("every language says everything, with the same values")
    func catalogues() throws {
        let pages = try Pages(site: Site(lab: "x", base: ""), templates: .init())
        let english = pages.languages.fallback.texts
        func braces(_ text: String) -> [String] {
            text.split(separator: "{").dropFirst().map { String($0.prefix { $0 != "}" }) }.sorted()
        }
        for tag in pages.languages.tags {
            let texts = try #require(pages.languages.language(tagged: tag)).texts
            #expect(Set(texts.keys) == Set(english.keys))
            for (key, text) in texts { #expect(braces(text) == braces(english[key] ?? ""), "\(tag) \(key)") }
        }
        for phrase in Phrase.examples { #expect(english[phrase.key] != nil, "\(phrase.key)") }
    }

    @Test("other names of the provider work behind a proxy, and no other site's")
    func otherNames() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let page = try await browser.get(TestBrowser.authorization())
            // In process the request names localhost as its authority.
            let answer = try await browser.submit(page, login: "admin", headers: ["Origin": "https://localhost"])
            #expect(answer.query["code"] != nil && answer.query["iss"] == TestProvider.issuer)
            let forged = try await browser.submit(
                page,
                login: "admin",
                headers: ["Origin": "https://evil.test", "X-Forwarded-Host": "evil.test"]
            )
            #expect(forged.status == 403)
        }
    }
}

extension Phrase {
    /// One of each.
    fileprivate static var examples: [Phrase] {
        let fixed: [Phrase] = [
            .wrongPassword, .formExpiredSignIn, .busyTitle, .busyMessage, .notFoundTitle, .notFoundMessage,
            .foreignFormTitle, .foreignFormMessage, .failedTitle, .failedMessage, .refusedTitle, .linkGoneTitle,
            .linkGoneMessage, .linkElsewhereTitle, .linkElsewhereMessage, .unwellTitle, .unwellMessage,
            .passwordsDiffer,
            .passwordCurrentWrong, .passwordChanged, .passwordSameAsOld, .sessionEnded, .sessionsEnded,
            .deviceCodeUnknown,
            .unknownBrowser, .tooManyAttempts(seconds: 1), .refusedMessage("x"), .browserOn("x", "y"),
        ]
        let language = Language(tag: "x", texts: [:])
        return fixed + Scope.allCases.map { .scope($0) }
            + PasswordPolicy.Refusal.allCases.map { .passwordChooseAnother($0, in: language) }
    }
}

/// Holds up whoever comes, until it is opened.
private final class Gate: Sendable {
    private let state = Mutex((isReached: false, isOpen: false))

    var isReached: Bool { state.withLock { $0.isReached } }

    func open() { state.withLock { $0.isOpen = true } }

    /// Waits on the thread that it is called on.
    @Sendable func pass() {
        state.withLock { $0.isReached = true }
        while state.withLock({ !$0.isOpen }) { usleep(1_000) }
    }
}
