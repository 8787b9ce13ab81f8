//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Logging
import ServiceLifecycle

/// Removes what has expired, so that the state does not grow without end.
struct GarbageCollector: Service {
    /// Removes expired rows.
    let collect: @Sendable () async throws -> Void
    let logger: Logger
    /// Time between two runs.
    var interval = Duration.seconds(600)

    func run() async throws {
        // Nothing but the cancellation, the way in which a graceful end begins, leaves the loop.
        try? await cancelWhenGracefulShutdown {
            while true {
                do {
                    try await collect()
                } catch {
                    try Task.checkCancellation()
                    logger.error("cannot remove expired rows", metadata: ["error": "\(error)"])
                }
                try await Task.sleep(for: interval)
            }
        }
    }
}
