//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import IdentityProvider
package import Lab
package import Logging
import NIOCertificateReloading
import NIOCore
import NIOSSL
import ServiceLifecycle
import Support
import UnixSignals

/// The identity provider on its listener, with what keeps it current: one service group, ended by SIGTERM or SIGINT.
package struct IdentityServer: Sendable {
    /// What answers requests.
    package var provider: IdentityProviderApp
    /// Where to listen.
    package var endpoint: Endpoint
    /// What TLS shows.
    package var certificate: ServedCertificate
    /// A number that changes when another process changes the state.
    package var changeCounter: @Sendable () async throws -> Int
    /// Brings what is held in memory up to date; after every change of the state and once an hour.
    package var refresh: @Sendable () async throws -> Void
    /// Removes expired rows.
    package var collectGarbage: @Sendable () async throws -> Void
    package var logger: Logger
    /// How long connections may take.
    package var limits = ConnectionLimits()

    package init(
        provider: IdentityProviderApp,
        endpoint: Endpoint,
        certificate: ServedCertificate,
        changeCounter: @escaping @Sendable () async throws -> Int,
        refresh: @escaping @Sendable () async throws -> Void,
        collectGarbage: @escaping @Sendable () async throws -> Void,
        logger: Logger
    ) {
        self.provider = provider
        self.endpoint = endpoint
        self.certificate = certificate
        self.changeCounter = changeCounter
        self.refresh = refresh
        self.collectGarbage = collectGarbage
        self.logger = logger
    }

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
            server: try .tls(boundedHTTP(), tlsConfiguration: try tlsConfiguration()),
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
        var configuration = ServiceGroupConfiguration(
            services: [
                StateWatch(changeCounter: changeCounter, refresh: refresh, logger: logger),
                application,
                GarbageCollector(collect: collectGarbage, logger: logger),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = Duration.seconds(10)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch let error as IOError {
            throw listenError(error)
        }
    }

    /// HTTP/1.1 with a deadline on all that a connection does, and heads of requests of 32 KiB at most. Bodies are
    /// bounded where they are read.
    private func boundedHTTP() -> HTTPServerBuilder {
        let limits = limits
        return HTTPServerBuilder { responder in
            HTTP1Channel(
                responder: { request, writer, channel in
                    channel.triggerUserOutboundEvent(ConnectionDeadline.Event.requestBegan, promise: nil)
                    defer { channel.triggerUserOutboundEvent(ConnectionDeadline.Event.responseEnded, promise: nil) }
                    try await responder(request, writer, channel)
                },
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [ConnectionDeadline(limits: limits)],
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16_384,
                        maxHeaderListSize: 32_768,
                        maxHeaderFieldCount: 100
                    )
                )
            )
        }
    }

    /// TLS 1.2 and later, HTTP/1.1 alone.
    private func tlsConfiguration() throws -> TLSConfiguration {
        var configuration = try TLSConfiguration.makeServerConfiguration(certificateReloader: certificate)
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }

    /// The file of this program.
    private static var program: String {
        guard let path = realpath("/proc/self/exe", nil) else { return CommandLine.arguments[0] }
        defer { free(path) }
        return String(cString: path)
    }

    private func listenError(_ error: IOError) -> ServerError {
        switch error.errnoCode {
        case EADDRINUSE:
            ServerError(
                .portInUse,
                "\(endpoint) is in use by another program",
                remedy: "see which: ss -ltnp 'sport = :\(endpoint.port)'; then stop it, or change identity.listen"
            )
        case EACCES, EPERM:
            ServerError(
                .portForbidden,
                "this user may not listen on \(endpoint)",
                remedy: "allow ports below 1024: sudo setcap cap_net_bind_service=+ep '\(Self.program)'; or run as root"
            )
        default:
            ServerError(
                .cannotListen,
                "cannot listen on \(endpoint): \(FileError.words(error.errnoCode))",
                remedy: "identity.listen must name an address of this machine: ip -brief address"
            )
        }
    }
}
