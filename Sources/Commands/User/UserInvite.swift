//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import OIDC
import Storage
import Support

/// `kindling user invite`
struct UserInvite: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite",
        abstract: "Make a one-time link with which a person of lab.yaml sets their password.",
        discussion: """
            The link works once, for 15 minutes, and voids the one before it. Whoever has it can set the password: \
            hand it over in person or by a channel that you trust.

            EXAMPLES
              kindling user invite admin@kidd.network

            EXIT CODES
              0   done
              1   there is no state
              64  nobody of that name
            """
    )

    @Argument(help: "E-mail address or user name.")
    var login: String

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let people = try await People.open(labOptions.paths(in: context), in: context)
        let user = try UserView.find(login, in: people.directory)
        if dryRun.isDryRun { return context.say("would make a link for \(user.email)") }
        context.say(try await Invitation(people: people, context: context).link(for: user).expose())
    }
}
