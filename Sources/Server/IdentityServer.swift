//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import IdentityProvider
package import Lab
package import Logging
import NIOCertificateReloading
import NIOCore
import NIOSSL
import OIDC
import PKI
import ServiceLifecycle
package import Support
import UnixSignals

/// The identity provider on its listener, with what keeps it current: one service group, ended by SIGTERM or SIGINT.
package struct IdentityServer: Sendable {
    /// What answers requests.
    package var provider: IdentityProviderApp
    /// Where to listen.
    package var endpoint: Endpoint
    /// What TLS shows.
    package var certificate: ServedCertificate
    /// Judges the certificates of relying parties that are called.
    package var verifier: CurrentVerifier
    package var clock: any WallClock
    /// The listener for metrics; `nil` for none.
    package var metrics: MetricsListener?
    /// The listener for what the authority publishes; `nil` for none.
    package var publication: PublicationListener?
    /// A number that changes when another process changes the state.
    package var changeCounter: @Sendable () async throws -> Int
    /// Brings what is held in memory up to date; after every change of the state and once an hour.
    package var refresh: @Sendable () async throws -> Void
    /// Renews the lab's other certificates, once an hour; `nil` for a server that serves alone.
    package var renewal: (@Sendable () async throws -> Void)?
    /// Reads lab.yaml again, on SIGHUP; `nil` where that signal ends the server, as it does when a terminal is closed.
    package var reload: (@Sendable () async throws -> Void)?
    /// Time between two batches of expired rows that are removed.
    package var collectionInterval = Duration.seconds(600)
    package var logger: Logger
    /// How long connections may take.
    package var limits = ConnectionLimits()

    package init(
        provider: IdentityProviderApp,
        endpoint: Endpoint,
        certificate: ServedCertificate,
        verifier: CurrentVerifier,
        clock: any WallClock,
        metrics: MetricsListener?,
        publication: PublicationListener? = nil,
        changeCounter: @escaping @Sendable () async throws -> Int,
        refresh: @escaping @Sendable () async throws -> Void,
        renewal: (@Sendable () async throws -> Void)? = nil,
        reload: (@Sendable () async throws -> Void)?,
        logger: Logger
    ) {
        self.provider = provider
        self.endpoint = endpoint
        self.certificate = certificate
        self.verifier = verifier
        self.clock = clock
        self.metrics = metrics
        self.publication = publication
        self.changeCounter = changeCounter
        self.refresh = refresh
        self.renewal = renewal
        self.reload = reload
        self.logger = logger
    }

    /// How long rows of tokens are kept after these have expired, so that a replay is still recognised.
    private static let retention = Duration.days(7)
    /// Rows that one transaction removes at most.
    private static let collectionLimit = 500

    /// Serves until a signal ends it.
    ///
    /// Requests that are under way get some seconds to finish, see ``ConnectionLimits``.
    ///
    /// - Parameter whenListening: called once, when the first connection can be taken.
    /// - Throws: ``ServerError`` when it cannot listen.
    package func run(whenListening: @escaping @Sendable (Endpoint) async -> Void) async throws {
        let host = endpoint.host
        let application = Application(
            responder: try provider.router().buildResponder(),
            server: try .tls(.bounded(limits), tlsConfiguration: try tlsConfiguration()),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: endpoint.port),
                serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(1024)
            ),
            onServerRunning: { channel in
                await whenListening(Endpoint(host: host, port: channel.localAddress?.port ?? 0))
            },
            logger: logger
        )
        var services: [any Service] = [
            StateWatch(changeCounter: changeCounter, refresh: refresh, logger: logger),
            Repeating(name: "the rotation of signing keys", interval: .seconds(30), logger: logger) {
                try await rotateKeys()
            },
            ListeningService(endpoint: endpoint, key: "identity.listen", application: application),
        ]
        if let reload { services.append(ReloadSignal(reload: reload, logger: logger)) }
        if let renewal {
            let interval = Duration.seconds(3_600)
            services.append(
                Repeating(name: "the renewal of certificates", interval: interval, logger: logger, work: renewal)
            )
        }
        if let metrics { services += self.services(metrics) }
        if let publication {
            services += publication.services(changeCounter: changeCounter, limits: limits, logger: logger)
        }
        services += [
            LogoutDelivery(
                notifier: LogoutNotifier(provider.settings),
                bell: provider.bell,
                poster: FormPoster(
                    verifier: verifier,
                    timeout: .seconds(5)
                ),
                clock: clock,
                logger: logger
            ),
            Repeating(name: "the removal of expired rows", interval: collectionInterval, logger: logger) {
                try await collectGarbage()
            },
        ]
        var configuration = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: reload == nil ? [.sigterm, .sigint, .sighup] : [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = Duration.seconds(10)
        try await ServiceGroup(configuration: configuration).run()
    }

    /// The listener for metrics, and what keeps current what it tells.
    private func services(_ metrics: MetricsListener) -> [any Service] {
        let router = metrics.router(
            provider,
            certificateExpires: { certificate.expires },
            clock: clock,
            logger: logger
        )
        let application = Application(
            router: router,
            server: .bounded(limits),
            configuration: ApplicationConfiguration(
                address: .hostname(metrics.endpoint.host, port: metrics.endpoint.port),
                serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(64)
            ),
            logger: logger
        )
        return [
            StateWatch(changeCounter: changeCounter, refresh: metrics.expiries.refresh, logger: logger),
            ListeningService(endpoint: metrics.endpoint, key: "identity.metrics", application: application),
        ]
    }

    /// Stages, retires and forgets signing keys as the schedule wants it.
    private func rotateKeys() async throws {
        let now = clock.now
        for change in try await provider.settings.keys.maintain(at: now) {
            switch change {
            case .staged(let kid, let algorithm):
                await provider.settings.observer.observe(.keyStaged(kid: kid, algorithm: algorithm), at: now)
            case .retired(let kid, let algorithm):
                await provider.settings.observer.observe(.keyRetired(kid: kid, algorithm: algorithm), at: now)
            case .removed: break
            }
        }
    }

    /// Removes what has expired, a bounded number of rows at a time.
    private func collectGarbage() async throws {
        while try await provider.settings.store.removeExpired(
            at: clock.now,
            retention: Self.retention,
            limit: Self.collectionLimit
        ) > 0 {
            // Others get their turn.
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// TLS 1.2 and later, HTTP/1.1 alone.
    private func tlsConfiguration() throws -> TLSConfiguration {
        var configuration = try TLSConfiguration.makeServerConfiguration(certificateReloader: certificate)
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }
}
