//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Hummingbird
import HummingbirdCore
package import Lab
import Logging
package import PKI
import ServiceLifecycle
package import Support
package import Templating

/// `/crl`, `/aia` and `/ca` on a listener of their own, in plain HTTP: who checks a certificate must not need another one to
/// do so, and who does not trust the authority yet cannot. No cookies, nothing else.
package struct PublicationListener: Sendable {
    private let endpoint: Endpoint
    private let content: PublishedContent
    private let clock: any WallClock

    /// Connections at once.
    private static let connections = 256

    /// The listener of a lab. What it answers is read once, so that it is there from the start.
    ///
    /// - Parameters:
    ///   - lab: name, `authority.url` and `authority.listen`.
    ///   - templates: those of the pages among them.
    ///   - clock: the time.
    ///   - publication: reads what is to be published; called again after every change of the state and once an hour.
    /// - Returns: the listener; `nil` where lab.yaml has none.
    /// - Throws: what `publication` throws, and `TemplateError` or a parser's error when a page's template cannot be read.
    package static func load(
        _ lab: Lab,
        templates: TemplateStore,
        clock: any WallClock,
        publication: @escaping @Sendable () async throws -> Publication
    ) async throws -> PublicationListener? {
        guard let endpoint = lab.authority.listen, let address = PublishedAddress(lab) else { return nil }
        let content = try await PublishedContent(of: lab, at: address, templates: templates, read: publication)
        return PublicationListener(endpoint: endpoint, content: content, clock: clock)
    }

    /// What answers requests.
    var responder: PublicationResponder { PublicationResponder(content: content, clock: clock) }

    /// Reads again what is to be published.
    func refresh() async throws { try await content.refresh() }

    /// The listener, and what keeps it current.
    func services(
        changeCounter: @escaping @Sendable () async throws -> Int,
        limits: ConnectionLimits,
        logger: Logger
    ) -> [any Service] {
        let application = Application(
            responder: responder,
            server: .bounded(limits),
            configuration: ApplicationConfiguration(
                address: .hostname(endpoint.host, port: endpoint.port),
                serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connections)
            ),
            logger: logger
        )
        return [
            StateWatch(changeCounter: changeCounter, refresh: refresh, logger: logger),
            ListeningService(endpoint: endpoint, key: "authority.listen", application: application),
        ]
    }
}
