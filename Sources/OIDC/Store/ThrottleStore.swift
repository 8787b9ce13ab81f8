//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials

/// What is remembered of failed attempts under one key.
package struct ThrottleRecord: Sendable, Hashable {
    /// Failures since the last success, or since so long that they count no more.
    package var failures: Int
    /// When the last failure, or the success, was.
    package var updated: Date
    /// Whether an attempt has ever succeeded here.
    package var isKnown: Bool

    package init(failures: Int, updated: Date, isKnown: Bool) {
        self.failures = failures
        self.updated = updated
        self.isKnown = isKnown
    }
}

extension ThrottleRecord {
    /// The record after one more failure; those before it count when they are younger than `memory` seconds.
    package static func failed(_ record: ThrottleRecord?, memory: Double, at now: Date) -> ThrottleRecord {
        let isFresh = record.map { now.timeIntervalSince($0.updated) < memory } ?? false
        return ThrottleRecord(
            failures: (isFresh ? record?.failures ?? 0 : 0) + 1,
            updated: now,
            isKnown: record?.isKnown ?? false
        )
    }
}

/// Where failed attempts are remembered, so that a restart does not forget them. Keys may hold what people typed: a store
/// keeps a keyed digest of them.
package protocol ThrottleStore: Sendable {
    /// The records of keys; those that there is none for are left out.
    func throttles(_ keys: [String]) async throws -> [String: ThrottleRecord]
    /// Keeps records, each in place of the one before.
    func setThrottles(_ records: [String: ThrottleRecord]) async throws
    /// Counts one more failure under each key, in one transaction; see ``ThrottleRecord/failed(_:memory:at:)``.
    func addFailure(_ memories: [String: Double], at now: Date) async throws
}
