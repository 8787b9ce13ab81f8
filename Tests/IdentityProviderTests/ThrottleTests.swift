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

    private static func begin(
        _ throttle: LoginThrottle,
        _ account: String,
        _ address: String,
        after seconds: Double = 0
    ) async throws -> LoginThrottle.Decision {
        let subject = LoginThrottle.Subject.password(account: account, address: address)
        return try await throttle.begin(subject, at: now.addingTimeInterval(seconds))
    }

    /// Seconds to wait; 0 when the attempt may go on, which then fails.
    private static func fail(
        _ throttle: LoginThrottle,
        _ account: String,
        _ address: String,
        after seconds: Double = 0
    ) async throws -> Int {
        switch try await begin(throttle, account, address, after: seconds) {
        case .wait(let seconds): return seconds
        case .go(let attempt):
            try await throttle.fail(attempt, at: now.addingTimeInterval(seconds))
            return 0
        }
    }

    @Test("every address of one IPv6 network counts as one, and so do both spellings of an IPv4 address")
    func networks() async throws {
        let throttle = LoginThrottle(store: MemoryStore())
        for index in 1...5 {
            #expect(try await Self.fail(throttle, "a", "2001:db8::\(index)") == 0)
            let address = index.isMultiple(of: 2) ? "10.0.0.1" : "::ffff:10.0.0.1"
            #expect(try await Self.fail(throttle, "a", address) == 0)
        }
        for address in ["2001:db8::ffff", "10.0.0.1", "::ffff:10.0.0.1"] {
            #expect(try await Self.fail(throttle, "a", address) == 2)
        }
        for address in ["2001:db8:0:1::1", "10.0.0.2"] {
            #expect(try await Self.fail(throttle, "a", address) == 0)
        }
    }

    @Test("each failure doubles the wait, up to a bound, and a restart forgives none")
    func growing() async throws {
        let store = MemoryStore()
        for _ in 1...5 { #expect(try await Self.fail(LoginThrottle(store: store), "a", "10.0.0.1") == 0) }
        var time = 0.0
        for wait in [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
            let throttle = LoginThrottle(store: store)
            #expect(try await Self.fail(throttle, "a", "10.0.0.1", after: time) == wait)
            time += Double(wait)
            #expect(try await Self.fail(throttle, "a", "10.0.0.1", after: time - 1) == 1)
            #expect(try await Self.fail(throttle, "a", "10.0.0.1", after: time) == 0)
        }
        // After a day without any, failures count no more; a clock that went back does not make the wait longer.
        #expect(try await Self.fail(LoginThrottle(store: store), "a", "10.0.0.1", after: time + 86_400) == 0)
        #expect(try await Self.fail(LoginThrottle(store: store), "a", "10.0.0.1", after: 0) == 0)
    }

    @Test("parallel attempts count while they are under way, and not when they are given back")
    func parallel() async throws {
        let throttle = LoginThrottle(store: MemoryStore())
        var attempts: [LoginThrottle.Attempt] = []
        for _ in 1...5 {
            guard case .go(let attempt) = try await Self.begin(throttle, "a", "10.0.0.1") else { continue }
            attempts.append(attempt)
        }
        #expect(attempts.count == 5)
        guard case .wait = try await Self.begin(throttle, "a", "10.0.0.1") else {
            Issue.record("a sixth attempt went on")
            return
        }
        for attempt in attempts { await throttle.giveBack(attempt) }
        #expect(try await Self.fail(throttle, "a", "10.0.0.1") == 0)
    }

    @Test("a failure that is stored while counts are read is not missed")
    func overtaken() async throws {
        let store = OvertakenStore()
        let throttle = LoginThrottle(store: store)
        for _ in 1...4 { #expect(try await Self.fail(throttle, "a", "10.0.0.1") == 0) }
        guard case .go(let fifth) = try await Self.begin(throttle, "a", "10.0.0.1") else { return }
        await store.afterNextRead { try? await throttle.fail(fifth, at: Self.now) }
        guard case .wait = try await Self.begin(throttle, "a", "10.0.0.1") else {
            Issue.record("a sixth attempt went on")
            return
        }
    }

    /// Does something between reading and answering, once.
    private actor OvertakenStore: ThrottleStore {
        private let memory = MemoryStore()
        private var deed: (@Sendable () async -> Void)?

        func afterNextRead(_ deed: @escaping @Sendable () async -> Void) { self.deed = deed }

        func throttles(_ keys: [String]) async -> [String: ThrottleRecord] {
            let records = await memory.throttles(keys)
            let deed = deed
            self.deed = nil
            await deed?()
            return records
        }

        func setThrottles(_ records: [String: ThrottleRecord]) async { await memory.setThrottles(records) }

        func addFailure(_ memories: [String: Double], at now: Date) async {
            await memory.addFailure(memories, at: now)
        }
    }

    @Test("guessing from everywhere slows the account down, but not for an address that it is known at")
    func everywhere() async throws {
        let throttle = LoginThrottle(store: MemoryStore())
        guard case .go(let attempt) = try await Self.begin(throttle, "a", "192.168.1.5") else { return }
        try await throttle.succeed(attempt, at: Self.now)
        for index in 1...50 { #expect(try await Self.fail(throttle, "a", "10.0.0.\(index)") == 0) }
        #expect(try await Self.fail(throttle, "a", "10.0.0.99") == 1)
        #expect(try await Self.fail(throttle, "a", "192.168.1.5") == 0)
        // However long it goes on, nobody waits for more than a minute.
        for index in 1...40 { _ = try await Self.fail(throttle, "a", "10.0.1.\(index)", after: Double(index) * 60) }
        #expect(try await Self.fail(throttle, "a", "10.0.2.1", after: 2_400) <= 60)
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
            for index in 0..<5 {
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
            for index in 0..<6 {
                let name = String(repeating: "x", count: 300 + index)
                let answer = try await browser.submit(page, login: name, password: "wrong")
                #expect(answer.status == (index < 5 ? 200 : 429))
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
        let meddler = Meddler {
            if isDisabled {
                await provider.store.setDisabled(userID: "0001", true, at: provider.clock.now)
            } else {
                await provider.store.setPassword(userID: "0001", hash: Secret("another"), at: provider.clock.now)
            }
        }
        let password = Secret(TestProvider.password)
        let user = try await SignIn(provider.settings).user(login: "admin", password: password, worker: meddler)
        #expect(user == nil)
    }

    /// Does something else while the password is checked.
    private struct Meddler: PasswordWorker {
        let meanwhile: @Sendable () async -> Void

        func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
            let value = try work()
            await meanwhile()
            return value
        }
    }
}
