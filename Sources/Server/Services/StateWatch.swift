//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Logging
import PKI
import ServiceLifecycle

/// Notices what other processes change in the state, and what the passing of time asks for.
///
/// Secrets, users and sessions are read from the store at every use; only what is held in memory, the certificate
/// that is shown and the signing keys, is brought up to date here.
struct StateWatch: Service {
    /// A number that changes when another process changes the state (`PRAGMA data_version`).
    let changeCounter: @Sendable () async throws -> Int
    /// Called at the start, after every change and once an hour.
    let refresh: @Sendable () async throws -> Void
    let logger: Logger
    /// Time between two looks.
    var interval = Duration.seconds(1)
    /// Looks after which the refresh runs in any case.
    var looksUntilRefresh = 3_600

    func run() async throws {
        // Nothing but the cancellation, the way in which a graceful end begins, leaves the loop.
        try? await cancelWhenGracefulShutdown {
            // Not the number of now: what has changed since the caller read the state would go unnoticed.
            var known: Int?
            var (looks, failures) = (0, 0)
            while true {
                do {
                    let counter = try await changeCounter()
                    if counter != known || looks >= looksUntilRefresh {
                        try await refresh()
                        (known, looks) = (counter, 0)
                    }
                    failures = 0
                } catch {
                    try Task.checkCancellation()
                    // What is in memory stays valid; the next look tries again. Told once, then once a minute or so.
                    if failures.isMultiple(of: 60) {
                        logger.error("cannot refresh from the state", metadata: ["error": "\(error)"])
                    }
                    failures += 1
                }
                try await Task.sleep(for: interval)
                looks += 1
            }
        }
    }
}
