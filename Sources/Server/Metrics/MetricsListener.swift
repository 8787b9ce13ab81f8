//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import HTTPTypes
import Hummingbird
import IdentityProvider
package import Lab
import Logging
import NIOCore
import OIDC
import Support

/// `/metrics`, `/healthz` and `/readyz` on a listener of their own: plain HTTP, nothing else, for whoever collects metrics
/// and for load balancers. What it tells is no secret, and is not for everybody either; where it listens says lab.yaml.
package struct MetricsListener: Sendable {
    package var endpoint: Endpoint
    package var registry: PrometheusRegistry
    /// When certificates end.
    package var expiries: ExpirySamples
    /// Of the running program.
    package var version: String

    package init(endpoint: Endpoint, registry: PrometheusRegistry, expiries: ExpirySamples, version: String) {
        self.endpoint = endpoint
        self.registry = registry
        self.expiries = expiries
        self.version = version
    }

    /// The routes for a provider; `serial` is unused where no certificate is shown.
    func router(
        _ provider: IdentityProviderApp,
        certificateExpires: @escaping @Sendable () -> Date,
        clock: any WallClock,
        logger: Logger
    ) -> Router<BasicRequestContext> {
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.get("/metrics") { _, _ in
            let samples = await samples(provider, certificateExpires: certificateExpires(), at: clock.now, logger)
            return Self.answer(registry.text(with: samples), type: "text/plain; version=0.0.4; charset=utf-8")
        }
        router.get("/healthz") { _, _ in
            let isHealthy = await provider.isHealthy(logger)
            return Self.answer(isHealthy ? "ok\n" : "not well\n", status: isHealthy ? .ok : .serviceUnavailable)
        }
        router.get("/readyz") { _, _ in
            let isReady = await provider.isReady(logger)
            return Self.answer(isReady ? "ok\n" : "not ready\n", status: isReady ? .ok : .serviceUnavailable)
        }
        return router
    }

    private func samples(
        _ provider: IdentityProviderApp,
        certificateExpires: Date,
        at now: Date,
        _ logger: Logger
    ) async -> [PrometheusRegistry.Sample] {
        var samples = ProcessSamples.now() + expiries.samples(at: now)
        samples.append(.init("kindling_build_info", [("version", version)], 1))
        samples.append(.init("kindling_password_checks_waiting", [], Double(await provider.waitingPasswords)))
        samples.append(
            .init("kindling_certificate_expiry_seconds", [], certificateExpires.timeIntervalSince(now).rounded())
        )
        let keys = provider.settings.keys.published(at: now)
        for algorithm in SigningAlgorithm.allCases {
            let own = keys.filter { $0.algorithm == algorithm }
            guard !own.isEmpty else { continue }
            let name = algorithm.rawValue
            let living = own.filter { $0.retired == nil }
            let current = living.filter { $0.activeFrom <= now }
            let states = [
                ("next", living.count - current.count), ("current", current.count),
                ("retired", own.count - living.count),
            ]
            for (state, count) in states {
                samples.append(
                    .init("kindling_signing_keys", [("algorithm", name), ("state", state)], Double(count))
                )
            }
            if let start = current.map(\.activeFrom).max() {
                let age = now.timeIntervalSince(start).rounded()
                samples.append(.init("kindling_signing_key_age_seconds", [("algorithm", name)], age))
            }
        }
        do {
            let counts = try await provider.settings.store.counts(at: now)
            samples.append(.init("kindling_sessions", [], Double(counts.sessions)))
            samples.append(.init("kindling_grants", [], Double(counts.grants)))
        } catch {
            logger.error("cannot count sessions for the metrics", metadata: ["error": "\(error)"])
        }
        return samples
    }

    private static func answer(
        _ text: String,
        type: String = "text/plain; charset=utf-8",
        status: HTTPResponse.Status = .ok
    ) -> Response {
        Response(
            status: status,
            headers: [.contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
