//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import OIDC

/// Slows down guessing. A few failures are free; then each one doubles the wait before the next attempt is looked at.
///
/// Failures count three times: under the account at one address, under the address, and under the account wherever from.
/// The owner of an account is not kept out by others: an address that has signed in to the account before is not subject to
/// the third count, the second is of the guesser's network alone, and no wait grows without end. IPv6 addresses of one
/// network count as one. Counts are in the store, so that a restart does not forgive.
actor LoginThrottle {
    /// How failures turn into waiting.
    struct Rule: Sendable {
        /// Failures that are free.
        var free: Int
        /// Seconds to wait after the first that is not; doubled with each that follows.
        var first: Double
        /// The longest wait in seconds.
        var longest: Double
        /// Seconds without a failure after which all are forgotten.
        var memory: Double

        /// Seconds between the last of so many failures and the next attempt.
        func wait(after failures: Int) -> Double {
            guard failures >= free else { return 0 }
            return min(longest, Double(sign: .plus, exponent: min(failures - free, 30), significand: first))
        }
    }

    static let perAccountAndAddress = Rule(free: 5, first: 2, longest: 900, memory: 86_400)
    static let perAddress = Rule(free: 40, first: 1, longest: 300, memory: 3_600)
    static let perAccount = Rule(free: 50, first: 1, longest: 60, memory: 3_600)
    static let perUserCode = Rule(free: 5, first: 5, longest: 600, memory: 3_600)

    /// What is guessed at, and from where.
    enum Subject: Sendable, Hashable {
        /// The password of an account, by its id or by what was typed.
        case password(account: String, address: String)
        /// User codes of devices, by one signed-in user.
        case userCode(userID: String)
    }

    /// An attempt under way.
    struct Attempt: Sendable {
        fileprivate var keys: [String]
    }

    /// Whether an attempt may go on.
    enum Decision: Sendable {
        case go(Attempt)
        /// Not for so many seconds.
        case wait(Int)
    }

    private let store: any ThrottleStore
    /// Attempts under way; they count as failures until they are settled, so that parallel ones do not slip through.
    private var open: [String: (count: Int, latest: Date)] = [:]

    /// Failures that were stored so far.
    private var failed = 0

    init(store: any ThrottleStore) {
        self.store = store
    }

    /// Begins an attempt, before the password is looked at. Settle it by ``succeed(_:at:)``, ``fail(_:at:)`` or
    /// ``giveBack(_:)``.
    func begin(_ subject: Subject, at now: Date) async throws -> Decision {
        let rules = Self.rules(subject)
        var records: [String: ThrottleRecord]
        var seen: Int
        repeat {
            seen = failed
            records = try await store.throttles(rules.map(\.key))
            // A failure that was stored while this was read is in neither count: it is under way no more.
        } while failed != seen
        var wait = 0.0
        for (index, (key, rule)) in rules.enumerated() {
            // The third count is not held against an address that the account is known at.
            if index == 2, records[rules[0].key]?.isKnown == true { continue }
            var failures = 0
            var last = Date.distantPast
            if let record = records[key], record.failures > 0, now.timeIntervalSince(record.updated) < rule.memory {
                (failures, last) = (record.failures, min(record.updated, now))
            }
            if let open = open[key] { (failures, last) = (failures + open.count, max(last, min(open.latest, now))) }
            wait = max(wait, rule.wait(after: failures) - now.timeIntervalSince(last))
        }
        guard wait <= 0 else { return .wait(max(1, Int(wait.rounded(.up)))) }
        for (key, _) in rules { open[key] = ((open[key]?.count ?? 0) + 1, now) }
        return .go(Attempt(keys: rules.map(\.key)))
    }

    /// It was right: the attempt was none of guessing, and the address is known for the account from now on.
    func succeed(_ attempt: Attempt, at now: Date) async throws {
        giveBack(attempt)
        let key = attempt.keys[0]
        let record = try await store.throttles([key])[key]
        guard record?.isKnown != true || record?.failures != 0 || Self.isOld(record, at: now) else { return }
        try await store.setThrottles([key: ThrottleRecord(failures: 0, updated: now, isKnown: true)])
    }

    /// It was wrong.
    func fail(_ attempt: Attempt, at now: Date) async throws {
        defer {
            giveBack(attempt)
            failed += 1
        }
        try await store.addFailure(
            Dictionary(attempt.keys.map { ($0, Self.memory($0)) }) { first, _ in first },
            at: now
        )
    }

    /// It was not looked at: it does not count.
    func giveBack(_ attempt: Attempt) {
        for key in attempt.keys {
            guard let entry = open[key] else { continue }
            open[key] = entry.count > 1 ? (entry.count - 1, entry.latest) : nil
        }
    }

    private static func rules(_ subject: Subject) -> [(key: String, rule: Rule)] {
        switch subject {
        case .password(let account, let address):
            // Nobody's name is longer; attempts with such count together, and their text is not kept.
            let account = account.utf8.count <= 256 ? account : ""
            let network = ClientAddress.network(of: address)
            return [
                ("pair\n\(network)\n\(account)", perAccountAndAddress), ("address\n\(network)", perAddress),
                ("account\n\(account)", perAccount),
            ]
        case .userCode(let userID): return [("code\n\(userID)", perUserCode)]
        }
    }

    private static func memory(_ key: String) -> Double {
        switch key.prefix(while: { $0 != "\n" }) {
        case "pair": perAccountAndAddress.memory
        case "address": perAddress.memory
        case "account": perAccount.memory
        default: perUserCode.memory
        }
    }

    /// Whether a record should be touched so that it is not forgotten: once a day is enough.
    private static func isOld(_ record: ThrottleRecord?, at now: Date) -> Bool {
        record.map { now.timeIntervalSince($0.updated) > 86_400 } ?? true
    }
}
