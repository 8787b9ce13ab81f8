//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import IdentityProvider
import Lab
import Logging
import OIDC
import PKI
import Server
import Storage
import Support
import Templating

/// The identity provider of a lab, served from its state.
struct ProviderService {
    let lab: Lab
    let state: OpenState
    let templates: TemplateStore
    let context: CommandContext

    /// Serves until a signal ends it. Says where, and how administrators get in, once connections can be taken.
    func serve() async throws {
        let (database, clock) = (state.database, context.clock)
        let logger = try makeLogger()
        let boot = FirstBoot(lab: lab, state: state, context: context)
        let authorities = try await AuthoritySet.load(for: lab, from: database)
        let certificates = CertificateService(authorities: authorities, store: database, random: context.random)
        let request = LeafRequest.issuer(of: lab)
        let served = try ServedCertificate(try await certificates.ensure(request, now: clock.now))
        let keys = boot.keyRing()
        try await keys.load(at: clock.now)
        let directory = try await UserDirectory.load(lab.users, store: database, random: context.random)
        let server = IdentityServer(
            provider: try provider(keys: keys, directory: directory),
            endpoint: lab.identity.listen,
            certificate: served,
            changeCounter: { try await database.changeCounter() },
            refresh: {
                try await keys.refresh()
                let newest = try await certificates.ensure(request, now: clock.now)
                if newest.serial != served.serial { try served.replace(by: newest) }
            },
            collectGarbage: { try await database.removeExpired(at: clock.now, retention: .days(7)) },
            logger: logger
        )
        let people = People(lab: lab, state: state, directory: directory)
        try await server.run { endpoint in
            context.say("serving \(lab.identity.issuer) on \(endpoint); Ctrl-C ends it")
            await announceLinks(for: people, logger: logger)
        }
    }

    private func provider(keys: KeyRing, directory: UserDirectory) throws -> IdentityProviderApp {
        let settings = ProviderSettings(
            issuer: lab.identity.issuer,
            lifetimes: lab.identity.lifetimes,
            clients: lab.clients,
            directory: directory,
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
            clock: context.clock
        )
    }

    /// For each administrator without a password: a one-time link on a terminal, and where output is kept, in a log for
    /// example, the command that makes one.
    private func announceLinks(for people: People, logger: Logger) async {
        do {
            let invitation = Invitation(people: people, context: context)
            for user in try await invitation.administratorsWithoutPassword() {
                guard context.console.isTerminal(.output) else {
                    let command = state.paths.command("user invite \(ShellText.quoted(user.email))")
                    context.say("\(user.email) has no password yet; make a link: \(command)")
                    continue
                }
                let link = try await invitation.link(for: user)
                context.say("\(user.email) sets a password here, once, within 15 minutes:")
                context.say("  \(link.expose())")
            }
        } catch {
            logger.error("cannot make links for administrators", metadata: ["error": "\(error)"])
        }
    }

    /// The log on standard error.
    private func makeLogger() throws -> Logger {
        let name = context.variable("KINDLING_LOG_LEVEL") ?? "info"
        guard let level = Logger.Level(rawValue: name) else {
            throw CommandError(
                .badArgument,
                "KINDLING_LOG_LEVEL is \(name), which is no level",
                remedy: "set it to debug, info, notice, warning or error: export KINDLING_LOG_LEVEL=info"
            )
        }
        let (console, clock) = (context.console, context.clock)
        var logger = Logger(label: "kindling") { _ in
            ServerLog(write: { console.write($0, to: .error) }, clock: clock)
        }
        logger.logLevel = level
        return logger
    }
}
