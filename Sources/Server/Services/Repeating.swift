//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Logging
import ServiceLifecycle

/// Does something again and again until the server ends; what fails is logged and tried again the next time.
struct Repeating: Service {
    /// What is done, for the log.
    let name: String
    /// Time between the end of one run and the begin of the next.
    let interval: Duration
    let logger: Logger
    let work: @Sendable () async throws -> Void

    func run() async throws {
        // Nothing but the cancellation, the way in which a graceful end begins, leaves the loop.
        try? await cancelWhenGracefulShutdown {
            while true {
                do {
                    try await work()
                } catch {
                    try Task.checkCancellation()
                    logger.error("\(name) failed", metadata: ["error": "\(error)"])
                }
                try await Task.sleep(for: interval)
            }
        }
    }
}
