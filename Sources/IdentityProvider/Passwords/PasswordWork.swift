//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import NIOPosix
import OIDC

/// Runs password hashing away from event loops and Swift's own threads, a few at a time: each takes a fifth of a second
/// of one core.
actor PasswordWork: PasswordWorker {
    private let pool: NIOThreadPool
    private let limit: Int
    private let queueLimit: Int
    private var running = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// How many wait for their turn.
    var waitingCount: Int { waiting.count }

    /// At most `limit` at once, and `queueLimit` waiting for their turn.
    init(pool: NIOThreadPool = .singleton, limit: Int = 2, queueLimit: Int = 64) {
        self.pool = pool
        self.limit = limit
        self.queueLimit = queueLimit
    }

    /// Runs `work` when it is its turn. Throws ``PageError/busy`` when too many wait already.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        if running < limit {
            running += 1
        } else {
            guard waiting.count < queueLimit else { throw PageError.busy }
            // Whoever is done hands its place over.
            await withCheckedContinuation { waiting.append($0) }
        }
        defer {
            if waiting.isEmpty {
                running -= 1
            } else {
                waiting.removeFirst().resume()
            }
        }
        return try await pool.runIfActive(work)
    }
}
