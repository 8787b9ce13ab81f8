//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials

/// Bounds how often one network may ask for something that costs a row in the store without anybody having signed in.
actor RequestBudget {
    private struct Bucket {
        var tokens: Double
        var updated: Date
    }

    private let capacity: Double
    private let refill: Double
    private let entryLimit: Int
    private var buckets: [String: Bucket] = [:]

    /// So many requests at once, and one more every `refill` seconds; remembers at most `entryLimit` networks.
    init(capacity: Double = 20, refill: Double = 3, entryLimit: Int = 20_000) {
        self.capacity = capacity
        self.refill = refill
        self.entryLimit = entryLimit
    }

    /// Takes one request; the seconds to wait when there is none left.
    func take(address: String, at now: Date) -> Int? {
        let network = ClientAddress.network(of: address)
        let bucket = buckets[network] ?? Bucket(tokens: capacity, updated: now)
        let tokens = min(capacity, bucket.tokens + max(0, now.timeIntervalSince(bucket.updated)) / refill)
        guard tokens >= 1 else { return max(1, Int(((1 - tokens) * refill).rounded(.up))) }
        buckets[network] = Bucket(tokens: tokens - 1, updated: now)
        if buckets.count > entryLimit { shrink() }
        return nil
    }

    /// Forgets the half that was touched longest ago.
    private func shrink() {
        let kept = buckets.sorted { $0.value.updated > $1.value.updated }.prefix(entryLimit / 2)
        buckets = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }
}
