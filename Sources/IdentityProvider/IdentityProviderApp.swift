//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import HTTPTypes
package import Hummingbird
package import Lab
package import Logging
package import Metrics
package import OIDC
package import Support
package import Templating

/// The identity provider as a router; the listener with its TLS, limits and time-outs is the server's.
package struct IdentityProviderApp: Sendable {
    /// What the rules stand on, with this app as the observer.
    package let settings: ProviderSettings
    let policy: PasswordPolicy
    let clock: any WallClock
    let pages: Pages
    let json: JSONAnswer
    let forms: FormGuard
    let sessions: SessionRules
    var passwords = PasswordWork()
    let throttle: LoginThrottle
    let deviceBudget = RequestBudget()
    let addresses: ClientAddress
    let metrics: ProviderMetrics
    /// Rings when relying parties may have to be told that a session has ended.
    package let bell = SessionBell()
    private let templates: TemplateStore
    private let isLoopback: Bool

    /// An identity provider for a lab.
    ///
    /// - Parameters:
    ///   - lab: name and `identity`.
    ///   - settings: what the rules stand on; its key ring has been loaded.
    ///   - policy: what a new password has to be.
    ///   - templates: those of the pages among them.
    ///   - clock: the time.
    ///   - metrics: where counts go.
    ///   - logger: where deeds are told besides the audit log.
    /// - Throws: `TemplateError` or a parser's error when a page's template cannot be read.
    package init(
        lab: Lab,
        settings: ProviderSettings,
        policy: PasswordPolicy = PasswordPolicy(),
        templates: TemplateStore = TemplateStore(),
        clock: any WallClock = SystemWallClock(),
        metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        logger: Logger
    ) throws {
        let identity = lab.identity
        self.metrics = ProviderMetrics(metrics)
        self.metrics.expect(clients: settings.clients.map(\.id))
        var settings = settings
        settings.observer = ProviderJournal(
            store: settings.store,
            metrics: self.metrics,
            bell: bell,
            logger: logger
        )
        self.settings = settings
        self.policy = policy
        self.clock = clock
        self.templates = templates
        pages = try Pages(site: Site(lab: lab.name, base: identity.issuerPath), templates: templates)
        json = JSONAnswer(realm: identity.issuer)
        addresses = ClientAddress(trustedProxies: identity.isProxied ? identity.trustedProxies : [])
        forms = FormGuard(origin: Self.origin(identity), addresses: addresses, random: settings.random)
        sessions = SessionRules(settings)
        throttle = LoginThrottle(store: settings.store)
        isLoopback = identity.isLoopback
    }

    /// How many wait for their password to be checked.
    package var waitingPasswords: Int {
        get async { await passwords.waitingCount }
    }

    /// Scheme, host and port as browsers write them: without the port that `https` has by itself (RFC 6454, section 6.1).
    private static func origin(_ identity: Identity) -> String {
        let origin = String(identity.issuer.dropLast(identity.issuerPath.count))
        return identity.issuerPort == 443 && origin.hasSuffix(":443") ? String(origin.dropLast(4)) : origin
    }

    /// The routes, with everything around them. Build it once: throttling keeps its memory in the app, not in the
    /// router.
    package func router() throws -> Router<ProviderContext> {
        let router = Router(context: ProviderContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: AccessLog(metrics: metrics, quiet: quietRoutes))
        router.add(middleware: standardHeaders)
        router.add(middleware: ErrorPages(pages: pages))
        MetadataRoutes(app: self).add(to: router)
        TokenRoutes(app: self).add(to: router)
        AuthorizationRoutes(app: self).add(to: router)
        LogoutRoutes(app: self).add(to: router)
        PasswordRoutes(app: self).add(to: router)
        LoginRoutes(app: self).add(to: router)
        AccountRoutes(app: self).add(to: router)
        DeviceRoutes(app: self).add(to: router)
        HomeRoutes(app: self).add(to: router)
        try StaticRoutes(app: self).add(to: router, templates: templates)
        return router
    }

    /// The headers that every answer has.
    var standardHeaders: ResponseHeaders { ResponseHeaders(isStrict: !isLoopback) }

    /// Patterns of what programs and pages ask for all the time.
    private var quietRoutes: Set<String> {
        let endpoints: [ProviderEndpoint] = [.discovery, .keys, .health, .ready]
        return Set(endpoints.map { address($0) } + StaticRoutes.paths(pages.site.base))
    }
}

extension IdentityProviderApp {
    /// Path of an endpoint, or of a page below it, on this server.
    func address(_ endpoint: ProviderEndpoint, _ below: String? = nil) -> String {
        pages.site.base + endpoint.rawValue + (below.map { "/\($0)" } ?? "")
    }

    /// The same for the router.
    func path(_ endpoint: ProviderEndpoint, _ below: String? = nil) -> RouterPath {
        RouterPath(address(endpoint, below))
    }

    /// Sends the browser elsewhere with GET, also after a form with a password.
    func redirect(to location: String) -> Response {
        Response(status: .seeOther, headers: [.location: location])
    }

    /// A page with a form.
    func page(
        _ page: some Page,
        in language: Language,
        status: HTTPResponse.Status = .ok,
        _ ticket: FormGuard.Ticket
    ) throws -> Response {
        var response = try pages.response(page, in: language, status: status)
        if let cookie = ticket.setCookie { response.headers[values: .setCookie].append(cookie) }
        return response
    }

    /// The apps that a person may go to.
    func links(for user: DirectoryUser) -> [AppLink] {
        settings.clients.filter { user.mayReach($0) }.compactMap { client in
            client.urls.first.map { AppLink(name: client.name, url: $0) }
        }
    }
}
