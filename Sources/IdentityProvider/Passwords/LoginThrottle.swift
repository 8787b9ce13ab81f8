//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials

/// Slows down guessing: a few wrong passwords are free, then one every so often. The owner of an account who comes from
/// another address than the one who guesses is not kept out. IPv6 addresses of one network count as one.
actor LoginThrottle {
    /// A bucket that fills again with time.
    struct Rule: Sendable {
        /// Failures that are free.
        var capacity: Double
        /// Seconds until one more is.
        var refill: Double
    }

    static let perAccountAndAddress = Rule(capacity: 8, refill: 15)
    static let perAddress = Rule(capacity: 60, refill: 2)

    private struct Bucket {
        var tokens: Double
        var updated: Date
    }

    private struct Key: Hashable {
        var account: String?
        var address: String
    }

    private let entryLimit: Int
    private var buckets: [Key: Bucket] = [:]

    /// Remembers at most so many accounts and addresses.
    init(entryLimit: Int = 20_000) {
        self.entryLimit = entryLimit
    }

    /// Takes one attempt, before the password is looked at, so that parallel attempts count too. Says for how many
    /// seconds to wait when there is none left; `nil` when it may go on.
    func take(account: String, address: String, at now: Date) -> Int? {
        let rules = rules(account: account, address: address)
        let waits = rules.compactMap { key, rule -> Double? in
            let tokens = level(key, rule, at: now)
            return tokens >= 1 ? nil : (1 - tokens) * rule.refill
        }
        if let wait = waits.max() { return max(1, Int(wait.rounded(.up))) }
        for (key, rule) in rules {
            buckets[key] = Bucket(tokens: level(key, rule, at: now) - 1, updated: now)
        }
        if buckets.count > entryLimit { shrink(at: now) }
        return nil
    }

    /// The password was right: the attempt was none of guessing.
    func succeeded(account: String, address: String, at now: Date) {
        giveBack(account: account, address: address, at: now)
        buckets[Key(account: account, address: ClientAddress.network(of: address))] = nil
    }

    /// The password was not looked at: the attempt does not count.
    func giveBack(account: String, address: String, at now: Date) {
        for (key, rule) in rules(account: account, address: address) where buckets[key] != nil {
            buckets[key] = Bucket(tokens: min(level(key, rule, at: now) + 1, rule.capacity), updated: now)
        }
    }

    private func rules(account: String, address: String) -> [(Key, Rule)] {
        // Nobody's name is longer; attempts with such count together, and their text is not kept.
        let account = account.utf8.count <= 256 ? account : ""
        let address = ClientAddress.network(of: address)
        return [
            (Key(account: account, address: address), Self.perAccountAndAddress),
            (Key(account: nil, address: address), Self.perAddress),
        ]
    }

    private func level(_ key: Key, _ rule: Rule, at now: Date) -> Double {
        guard let bucket = buckets[key] else { return rule.capacity }
        let gained = max(0, now.timeIntervalSince(bucket.updated)) / rule.refill
        return min(rule.capacity, bucket.tokens + gained)
    }

    /// Forgets the half that was touched longest ago.
    private func shrink(at now: Date) {
        let kept = buckets.sorted { $0.value.updated > $1.value.updated }.prefix(entryLimit / 2)
        buckets = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }
}
