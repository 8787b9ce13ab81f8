//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import AsyncHTTPClient
import IdentityProvider
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import OIDC
import ServiceLifecycle
import Support

/// Tells relying parties that sessions have ended (OpenID Connect Back-Channel Logout 1.0, section 2.5).
///
/// Only registered addresses are called; TLS is verified against the system's authorities and the lab's; redirects are not
/// followed, and nothing of an answer is looked at but its status.
struct LogoutDelivery: Service {
    let notifier: LogoutNotifier
    let clock: any WallClock
    /// The lab's roots, DER.
    let roots: [[UInt8]]
    let logger: Logger
    /// Time between two looks.
    var interval = Duration.seconds(1)
    /// Longest wait for an answer.
    var timeout = TimeAmount.seconds(5)

    /// How many relying parties are called at once.
    private static let parallel = 8

    func run() async throws {
        let client = try makeClient()
        let delivering = Repeating(name: "the delivery of logout notices", interval: interval, logger: logger) {
            try await deliver(by: client)
        }
        try? await delivering.run()
        try await client.shutdown()
    }

    /// What the requests are made with.
    func makeClient() throws -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.additionalTrustRoots = [
            .certificates(try roots.map { try NIOSSLCertificate(bytes: $0, format: .der) })
        ]
        configuration.tlsConfiguration = tls
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout = HTTPClient.Configuration.Timeout(connect: timeout, read: timeout)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Makes every request that is due.
    func deliver(by client: HTTPClient) async throws {
        while true {
            let deliveries = try await notifier.due(at: clock.now)
            if deliveries.isEmpty { return }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, delivery) in deliveries.enumerated() {
                    if index >= Self.parallel { try await group.next() }
                    group.addTask { try await deliver(delivery, by: client) }
                }
                try await group.waitForAll()
            }
        }
    }

    private func deliver(_ delivery: LogoutNotifier.Delivery, by client: HTTPClient) async throws {
        var request = HTTPClientRequest(url: delivery.url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.body = .bytes(ByteBuffer(string: delivery.body))
        var status: Int?
        do {
            status = Int(try await client.execute(request, timeout: timeout, logger: nil).status.code)
        } catch {
            try Task.checkCancellation()
            logger.notice(
                "a relying party could not be told that a session has ended",
                metadata: ["client": "\(delivery.notice.clientID)", "error": "\(error)"]
            )
        }
        let result = try await notifier.settle(delivery.notice, status: status, at: clock.now)
        if result != .delivered, let status {
            logger.notice(
                "a relying party refused a logout token",
                metadata: ["client": "\(delivery.notice.clientID)", "status": "\(status)"]
            )
        }
    }
}
