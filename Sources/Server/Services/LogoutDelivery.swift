//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import IdentityProvider
import Logging
import OIDC
import ServiceLifecycle
import Support

/// Tells relying parties that sessions have ended (OpenID Connect Back-Channel Logout 1.0, section 2.5): at once when this
/// process has ended one, within a second when a command has.
///
/// Only registered addresses are called; TLS is verified against the machine's authorities and the lab's; redirects are not
/// followed, and nothing of an answer is looked at but its status.
struct LogoutDelivery: Service {
    let notifier: LogoutNotifier
    /// Rings when this process has ended a session.
    let bell: SessionBell
    let poster: FormPoster
    let clock: any WallClock
    let logger: Logger
    /// Time between two looks without the bell.
    var interval = Duration.seconds(1)

    /// How many relying parties are called at once.
    private static let parallel = 8

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !Task.isCancelled {
                        bell.ring()
                        try? await Task.sleep(for: interval)
                    }
                }
                for await _ in bell.rings {
                    do {
                        try await deliver()
                    } catch is CancellationError {
                        break
                    } catch {
                        logger.error("the delivery of logout notices failed", metadata: ["error": "\(error)"])
                    }
                }
                group.cancelAll()
            }
        }
    }

    /// Makes every request that is due.
    func deliver() async throws {
        while true {
            let deliveries = try await notifier.due(at: clock.now)
            if deliveries.isEmpty { return }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, delivery) in deliveries.enumerated() {
                    if index >= Self.parallel { try await group.next() }
                    group.addTask { try await deliver(delivery) }
                }
                try await group.waitForAll()
            }
        }
    }

    private func deliver(_ delivery: LogoutNotifier.Delivery) async throws {
        let client = delivery.notice.clientID
        var status: Int?
        do {
            status = try await poster.post(delivery.body, to: delivery.url)
        } catch {
            try Task.checkCancellation()
            logger.notice(
                "a relying party could not be told that a session has ended",
                metadata: ["client": "\(client)", "error": "\(error)"]
            )
        }
        let result = try await notifier.settle(delivery.notice, status: status, at: clock.now)
        if result != .delivered, let status {
            logger.notice(
                "a relying party refused a logout token",
                metadata: ["client": "\(client)", "status": "\(status)"]
            )
        }
    }
}
