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

/// `kindling user disable`
struct UserDisable: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Keep a person out, at once: sessions and refresh tokens end.",
        discussion: """
            Takes effect in a running server too. Relying parties with a back-channel logout address are told. Tokens \
            that others verify by themselves, as an API server does, are good until they expire.

            EXAMPLES
              kindling user disable guest@kidd.network

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
        try await AccountSwitch(login: login, isDisabled: true, isDryRun: dryRun.isDryRun, lab: labOptions)
            .run(in: context)
    }
}

/// `kindling user enable`
struct UserEnable: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Let a person in again who was kept out by `user disable`.",
        discussion: """
            The password is the one from before; sessions and tokens do not come back.

            EXAMPLES
              kindling user enable guest@kidd.network

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
        try await AccountSwitch(login: login, isDisabled: false, isDryRun: dryRun.isDryRun, lab: labOptions)
            .run(in: context)
    }
}

/// What the two have in common.
private struct AccountSwitch {
    let login: String
    let isDisabled: Bool
    let isDryRun: Bool
    let lab: LabOptions

    func run(in context: CommandContext) async throws {
        let people = try await People.open(lab.paths(in: context), in: context)
        let user = try UserView.find(login, in: people.directory)
        let word = isDisabled ? "disabled" : "enabled"
        let database = people.state.database
        guard try await database.account(userID: user.id)?.isDisabled ?? false != isDisabled else {
            return context.say("\(user.label) is \(word) already")
        }
        if isDryRun { return context.say("\(user.label) would be \(word)") }
        try await database.setDisabled(
            userID: user.id,
            isDisabled,
            notifying: people.notified,
            at: context.clock.now
        )
        try await people.state.record(isDisabled ? "user.disable" : "user.enable", user.label, in: context)
        context.say("\(user.label) is \(word)")
    }
}
