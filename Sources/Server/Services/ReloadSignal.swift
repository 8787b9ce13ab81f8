//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Logging
import ServiceLifecycle
import UnixSignals

/// Reads lab.yaml again on SIGHUP.
struct ReloadSignal: Service {
    /// Throws, with everything as it was, when lab.yaml cannot be taken.
    let reload: @Sendable () async throws -> Void
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) {
                do {
                    try await reload()
                    logger.notice("lab.yaml was read again")
                } catch {
                    logger.error("lab.yaml was not taken; what was read before holds", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}
