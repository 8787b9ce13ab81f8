//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Lab
import OIDC
import Storage
import Support

/// `kindling user invite`
struct UserInvite: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite",
        abstract: "Make a one-time link with which a person sets their password.",
        discussion: """
            For somebody who has no password yet, and for somebody who has forgotten it. The link works once, for 15 \
            minutes or as long as --lifetime says, in the browser that opens it first; it voids the one before it. \
            Whoever opens it can set the password: hand it over in person or by a channel that you trust.

            An e-mail address that lab.yaml does not have is added to the state, with --name, --username and --group. \
            Such people are not in git; write them into lab.yaml instead to keep them there. They keep their identity.

            EXAMPLES
              kindling user invite admin@kidd.network
              kindling user invite guest@kidd.network --name Guest --group viewers --lifetime 24h

            EXIT CODES
              0   done
              1   there is no state
              64  nobody of that name, and it is no e-mail address; or the options do not fit
            """
    )

    @Argument(help: "E-mail address or user name.")
    var login: String

    @Option(help: "For somebody new: the name that people see (default: the user name).")
    var name: String?

    @Option(help: "For somebody new: the user name (default: what stands before @).")
    var username: String?

    @Option(
        name: .customLong("group"),
        parsing: .singleValue,
        help: ArgumentHelp("For somebody new: a group; may be repeated.", valueName: "group")
    )
    var groups: [String] = []

    @Option(help: ArgumentHelp("How long the link is good, 1m to 7d (default: 15m).", valueName: "duration"))
    var lifetime: String?

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let lifetime = try linkLifetime()
        let people = try await People.open(labOptions.paths(in: context), in: context)
        if let user = people.directory.user(login: login) {
            guard name == nil, username == nil, groups.isEmpty else {
                throw CommandError(
                    .badArgument,
                    "\(user.label) is there already, so that --name, --username and --group have no effect",
                    remedy: people.state.paths.command("user show \(ShellText.quoted(user.label))")
                )
            }
            if dryRun.isDryRun { return context.say("would make a link for \(user.label)") }
            return try await print(user, lifetime, people, in: context)
        }
        let person = try newPerson(people, in: context)
        if dryRun.isDryRun { return context.say("would add \(person.email) and make a link") }
        guard try await people.state.database.addPerson(person) else {
            throw CommandError(
                .badArgument,
                "the e-mail address, user name or id of \(person.email) was that of somebody else",
                remedy: "name another one with --username"
            )
        }
        try await people.state.record("user.add", person.email, in: context)
        context.note("added \(person.email), user name \(person.username)")
        try await print(DirectoryUser(person), lifetime, people, in: context)
    }

    private func print(
        _ user: DirectoryUser,
        _ lifetime: Duration,
        _ people: People,
        in context: CommandContext
    ) async throws {
        let link = try await Invitation(people: people, context: context).link(for: user, lifetime: lifetime)
        context.say(link.expose())
    }

    private func linkLifetime() throws -> Duration {
        guard let lifetime else { return LinkIssuer.lifetime }
        guard let value = Duration(labText: lifetime), value >= .minutes(1), value <= LinkIssuer.longestLifetime else {
            throw CommandError(
                .badArgument,
                "--lifetime \(lifetime) is no time between 1m and 7d",
                remedy: "for example --lifetime 24h"
            )
        }
        return value
    }

    /// The person that the options describe, by the rules of lab.yaml.
    private func newPerson(_ people: People, in context: CommandContext) throws -> Person {
        guard login.contains("@") else {
            _ = try UserView.find(login, in: people.directory)
            throw CommandError(.badArgument, "nobody is \(login)")
        }
        let user = try User.checked(email: login, username: username, name: name, groups: groups)
        if let other = people.directory.user(login: user.username) {
            throw CommandError(
                .badArgument,
                "the user name \(user.username) is that of \(other.label)",
                remedy: "name another one with --username"
            )
        }
        return Person(
            userID: UserDirectory.makeID(context.random),
            email: user.email,
            username: user.username,
            name: user.name,
            groups: user.groups,
            created: context.clock.now
        )
    }
}
