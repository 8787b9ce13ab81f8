//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Glibc
import Hummingbird
import HummingbirdTesting
import OIDC
import OIDCTestSupport
import Support
import Testing

@testable import IdentityProvider

@Suite("Guessing and flooding")
struct ThrottleTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    @Test("every address of one IPv6 network counts as one, and so do both spellings of an IPv4 address")
    func networks() async {
        let throttle = LoginThrottle()
        for index in 1...8 {
            #expect(await throttle.take(account: "a", address: "2001:db8::\(index)", at: Self.now) == nil)
            let address = index.isMultiple(of: 2) ? "10.0.0.1" : "::ffff:10.0.0.1"
            #expect(await throttle.take(account: "a", address: address, at: Self.now) == nil)
        }
        #expect(await throttle.take(account: "a", address: "2001:db8::ffff", at: Self.now) != nil)
        #expect(await throttle.take(account: "a", address: "10.0.0.1", at: Self.now) != nil)
        #expect(await throttle.take(account: "a", address: "::ffff:10.0.0.1", at: Self.now) != nil)
        #expect(await throttle.take(account: "a", address: "2001:db8:0:1::1", at: Self.now) == nil)
        #expect(await throttle.take(account: "a", address: "10.0.0.2", at: Self.now) == nil)
    }

    @Test("other names of one account are that account, in any case, with any space")
    func names() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            var page = try await browser.get(TestBrowser.authorization())
            let names = [
                "admin", "ADMIN", " admin", "admin@kidd.network", "Admin@\u{212a}idd.network", "\u{2000}admin\n",
            ]
            for index in 0..<8 {
                page = try await browser.submit(page, login: names[index % names.count], password: "wrong")
                #expect(page.status == 200)
            }
            for name in names { #expect(try await browser.submit(page, login: name).status == 429) }
        }
    }

    @Test("names that nobody has cost little memory, however long they are")
    func longNames() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let page = try await browser.get(TestBrowser.authorization())
            for index in 0..<9 {
                let name = String(repeating: "x", count: 300 + index)
                let answer = try await browser.submit(page, login: name, password: "wrong")
                #expect(answer.status == (index < 8 ? 200 : 429))
            }
        }
    }

    @Test("hashing has a bounded queue")
    func queue() async throws {
        let work = PasswordWork(limit: 1, queueLimit: 1)
        let results = await withTaskGroup(of: Bool.self) { group in
            for _ in 1...4 {
                group.addTask {
                    do {
                        return try await work.run {
                            usleep(300_000)
                            return true
                        }
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(results.filter { $0 }.count == 2)
        // Whoever was turned away leaves no trace.
        #expect(try await work.run { true })
    }

    @Test("who finds the queue full keeps the form and the attempt")
    func busy() async throws {
        let provider = try await TestProvider()
        var app = provider.app
        app.passwords = PasswordWork(limit: 0, queueLimit: 0)
        try await Application(router: try app.router()).test(.router) { client in
            var browser = TestBrowser(client)
            var page = try await browser.get(TestBrowser.authorization())
            for _ in 1...20 {
                page = try await browser.submit(page, login: "admin")
                #expect(page.status == 503)
                #expect(page.headers[.retryAfter] != nil)
                #expect(page.field("login") == "admin")
            }
        }
    }

    @Test("a password that is changed while it is checked opens no session", arguments: [true, false])
    func race(isDisabled: Bool) async throws {
        let provider = try await TestProvider()
        let user = try await SignIn(provider.settings).user(login: "admin", password: Secret(TestProvider.password)) {
            check in
            let isRight = check()
            if isDisabled {
                await provider.store.setDisabled(userID: "0001", true)
            } else {
                await provider.store.setPassword(userID: "0001", hash: Secret("another"), at: provider.clock.now)
            }
            return isRight
        }
        #expect(user == nil)
    }
}
