//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Glibc
import IdentityProvider
import Lab
import Logging
import OIDC
import PKI
import Secrets
import Server
import Storage
import Support
import Synchronization
import Templating

/// The identity provider of a lab, served from its state.
struct ProviderService {
    let lab: Lab
    let state: OpenState
    let templates: TemplateStore
    let context: CommandContext
    /// Whether it renews the lab's other certificates too.
    var renews = false

    /// Serves until a signal ends it. Says where, and how administrators get in, once connections can be taken.
    func serve() async throws {
        let (database, clock, random) = (state.database, context.clock, context.random)
        let logger = try ServerLog.logger(in: context)
        let boot = FirstBoot(lab: lab, state: state, context: context)
        let authorities = try await AuthoritySet.load(for: lab, from: database)
        let served = try ServedCertificate(try await ownCertificate(of: authorities))
        let verifier = try CurrentVerifier(roots: authorities.trust.certificates)
        let keys = boot.keyRing()
        try await keys.load(at: clock.now)
        let directory = try await UserDirectory.load(lab.users, store: database, random: random)
        let roster = Roster(clients: lab.clients, directory: directory)
        let registry = PrometheusRegistry()
        let live = LiveLab(lab)
        // On a terminal SIGHUP means that the terminal is gone. Elsewhere one that comes before anybody listens for it is
        // no reason to end.
        let isOnTerminal = context.console.isTerminal(.input)
        if !isOnTerminal { signal(SIGHUP, SIG_IGN) }
        let reloading: @Sendable () async throws -> Void = {
            try await reload(live, keys: keys, roster: roster, logger: logger)
        }
        let notices = LogConsole(logger: logger)
        let renewing: @Sendable () async throws -> Void = { try await renew(live.current, notices, logger) }
        let server = IdentityServer(
            provider: try provider(keys: keys, roster: roster, registry: registry, logger: logger),
            endpoint: lab.identity.listen,
            certificate: served,
            verifier: verifier,
            clock: clock,
            metrics: metricsListener(registry),
            publication: try await publicationListener(),
            changeCounter: { try await database.changeCounter() },
            refresh: {
                try await keys.refresh()
                let users = live.current.users
                roster.replace(directory: try await UserDirectory.load(users, store: database, random: random))
                let authorities = try await AuthoritySet.load(for: lab, from: database)
                try verifier.trust(authorities.trust.certificates)
                let newest = try await ownCertificate(of: authorities)
                if !served.shows(newest) { try served.replace(by: newest) }
            },
            renewal: renews ? renewing : nil,
            reload: isOnTerminal ? nil : reloading,
            logger: logger
        )
        let people = People(lab: lab, state: state, directory: directory)
        try await server.run { endpoint in
            context.say("serving \(lab.identity.issuer) on \(endpoint); Ctrl-C ends it")
            if let listen = lab.authority.listen, let address = PublishedAddress(lab) {
                context.say("publishing certificates at \(address.trustPage) on \(listen)")
            }
            await announceLinks(for: people, logger: logger)
        }
    }

    /// Renews what is due of the lab's certificates, and brings it to the folders that follow.
    private func renew(_ lab: Lab, _ notices: LogConsole, _ logger: Logger) async throws {
        notices.beginRound()
        var context = context
        context.console = notices
        let renewal = CertificateRenewal(lab: lab, state: state, context: context, isSpread: true)
        let outcome = try await state.exclusively(in: context) { try await renewal.run() }
        for item in outcome.renewed { item.log(to: logger) }
        outcome.tellRefreshed(in: context)
        try outcome.check(in: context)
    }

    /// The provider's own certificate, renewed where that is due.
    private func ownCertificate(of authorities: AuthoritySet) async throws -> StoredCertificate {
        let (database, random) = (state.database, context.random)
        let (request, now) = (LeafRequest.issuer(of: lab), context.clock.now)
        let certificates = CertificateService(authorities: authorities, store: database, random: random)
        if let standing = try await database.latestCertificate(named: request.name),
            try certificates.need(for: request, standing: standing, now: now) == nil
        {
            return standing
        }
        // A command that is at it already, `ca rotate switch` for example, makes the one that is wanted.
        return try await state.exclusively(in: context) {
            let current = try await AuthoritySet.load(for: lab, from: database)
            return try await CertificateService(authorities: current, store: database, random: random)
                .ensure(request, now: now)
        }
    }

    /// The listener for metrics, where lab.yaml has one.
    private func metricsListener(_ registry: PrometheusRegistry) -> MetricsListener? {
        lab.identity.metrics.map { endpoint in
            MetricsListener(
                endpoint: endpoint,
                registry: registry,
                expiries: ExpirySamples {
                    try CertificateExpiry.list(try await publication(), try await state.database.certificates())
                },
                version: Kindling.version
            )
        }
    }

    /// The listener for what the authority publishes, where lab.yaml has one.
    private func publicationListener() async throws -> PublicationListener? {
        try await PublicationListener.load(lab, templates: templates, clock: context.clock) {
            try await publication()
        }
    }

    /// What the authority publishes now.
    private func publication() async throws -> Publication {
        let lists = try await RevocationListService(store: state.database).lists(now: context.clock.now)
        let archive = try await state.database.archive()
        return Publication(
            archive.authorities,
            inUse: try AuthoritySet(archive, cluster: lab.cluster?.name),
            revocationLists: lists.map { list in
                Publication.RevocationList(
                    issuerID: list.issuerID,
                    der: list.der,
                    thisUpdate: list.thisUpdate,
                    nextUpdate: list.nextUpdate
                )
            }
        )
    }

    /// Takes clients and people from lab.yaml as it stands now; new clients get their secret. What a listener, a lifetime
    /// or the issuer says holds from the next start.
    private func reload(_ live: LiveLab, keys: KeyRing, roster: Roster, logger: Logger) async throws {
        let next = try state.paths.readLab(in: context)
        guard next.identity.issuer == lab.identity.issuer else {
            throw CommandError(
                .badArgument,
                "identity.issuer is another one in \(state.paths.lab), which a running server cannot take",
                remedy: "restart the server"
            )
        }
        let (database, now) = (state.database, context.clock.now)
        let secrets = try await ClientSecrets.ensure(next.clients, in: database, now: now, random: context.random)
        for secret in secrets.made {
            logger.notice("made the secret of a client", metadata: ["client": "\(secret.clientID)"])
        }
        let directory = try await UserDirectory.load(next.users, store: database, random: context.random)
        try await keys.load(KeyRing.algorithms(of: next.clients), at: now)
        let waiting = Self.needRestart(lab, next)
        if !waiting.isEmpty {
            let keys = waiting.joined(separator: ", ")
            logger.warning("some keys hold from the next start", metadata: ["keys": "\(keys)"])
        }
        live.replace(next)
        roster.replace(clients: next.clients, directory: directory)
        try await state.record("reload", state.paths.lab, in: context)
    }

    /// The keys that differ and that only a start takes.
    private static func needRestart(_ old: Lab, _ new: Lab) -> [String] {
        let (authority, newAuthority) = (old.authority, new.authority)
        let (old, new) = (old.identity, new.identity)
        return [
            ("authority.url", authority.url != newAuthority.url),
            ("authority.listen", authority.listen != newAuthority.listen),
            ("identity.listen", old.listen != new.listen),
            ("identity.metrics", old.metrics != new.metrics),
            ("identity.lifetimes", old.lifetimes != new.lifetimes),
            ("identity.keyRotation", old.keyRotation != new.keyRotation),
            ("identity.refusedPasswords", old.refusedPasswords != new.refusedPasswords),
            ("identity.proxied", old.isProxied != new.isProxied),
            ("identity.trustedProxies", old.trustedProxies != new.trustedProxies),
        ].filter(\.1).map(\.0)
    }

    private func provider(
        keys: KeyRing,
        roster: Roster,
        registry: PrometheusRegistry,
        logger: Logger
    ) throws -> IdentityProviderApp {
        let settings = ProviderSettings(
            issuer: lab.identity.issuer,
            lifetimes: lab.identity.lifetimes,
            roster: roster,
            store: state.database,
            credentials: state.database,
            keys: keys,
            random: context.random
        )
        return try IdentityProviderApp(
            lab: lab,
            settings: settings,
            policy: try lab.passwordPolicy(besides: state.paths.lab),
            templates: templates,
            clock: context.clock,
            metrics: registry,
            logger: logger
        )
    }

    /// For each administrator without a password: a one-time link on a terminal, and where output is kept, in a log for
    /// example, the command that makes one.
    private func announceLinks(for people: People, logger: Logger) async {
        do {
            let invitation = Invitation(people: people, context: context)
            for user in try await invitation.administratorsWithoutPassword() {
                guard context.console.isTerminal(.output) else {
                    let command = state.paths.command("user invite \(ShellText.quoted(user.label))")
                    context.say("\(user.label) has no password yet; make a link: \(command)")
                    continue
                }
                let link = try await invitation.link(for: user)
                context.say("\(user.label) sets a password here, once, within 15 minutes:")
                context.say("  \(link.expose())")
            }
        } catch {
            logger.error("cannot make links for administrators", metadata: ["error": "\(error)"])
        }
    }
}

/// The lab.yaml that a running server goes by.
private final class LiveLab: Sendable {
    private let lab: Mutex<Lab>

    init(_ lab: Lab) {
        self.lab = Mutex(lab)
    }

    var current: Lab { lab.withLock { $0 } }

    func replace(_ next: Lab) { lab.withLock { $0 = next } }
}
