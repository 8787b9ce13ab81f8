//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import FoundationEssentials
import OIDC
import PasswordHashing
import Storage
import Support

/// `kindling user passwd`
struct UserPasswd: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "passwd",
        abstract: "Set a person's password: asked for at a terminal, else read from standard input.",
        discussion: """
            Ends the sessions and tokens that were given under the old password, and voids a one-time link.

            EXAMPLES
              kindling user passwd admin@kidd.network
              pass show lab/admin | kindling user passwd admin@kidd.network

            EXIT CODES
              0   done
              1   there is no state
              64  nobody of that name
              65  the password is refused
            """
    )

    @Argument(help: "E-mail address or user name.")
    var login: String

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let people = try await People.open(paths, in: context)
        let user = try UserView.find(login, in: people.directory)
        let password = try SecretInput(context: context)
            .read(prompt: "new password of \(user.label)", isTwice: true, isGraded: false)
        try people.lab.passwordPolicy(besides: paths.lab).check(password, for: user)
        if dryRun.isDryRun { return context.say("would set the password of \(user.label)") }
        let hash = try Bcrypt.hash(password, random: context.random)
        let (database, now) = (people.state.database, context.clock.now)
        _ = try await database.setPassword(
            userID: user.id,
            hash: Secret(hash),
            replacing: nil,
            keeping: nil,
            notifying: people.notified,
            at: now
        )
        try await people.state.record("user.passwd", user.label, in: context)
        context.say("set the password of \(user.label)")
    }
}
