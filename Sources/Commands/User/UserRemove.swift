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

/// `kindling user remove`
struct UserRemove: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a person who was invited; those of lab.yaml are removed there.",
        discussion: """
            Sessions and refresh tokens end at once. Somebody who is invited under the same address later is a new \
            person to every relying party.

            EXAMPLES
              kindling user remove guest@kidd.network

            EXIT CODES
              0   done
              1   there is no state
              64  nobody of that name
              77  the person is in lab.yaml; the hint names the line
            """
    )

    @Argument(help: "E-mail address or user name.")
    var login: String

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let people = try await People.open(labOptions.paths(in: context), in: context)
        let user = try UserView.find(login, in: people.directory)
        try people.refuseWritten(user, key: nil, to: "remove them")
        if dryRun.isDryRun { return context.say("would remove \(user.label)") }
        _ = try await people.state.database.removePerson(
            userID: user.id,
            notifying: people.notified,
            at: context.clock.now
        )
        try await people.state.record("user.remove", user.label, in: context)
        context.say("removed \(user.label)")
    }
}
