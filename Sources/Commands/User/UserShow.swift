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

/// `kindling user show`
struct UserShow: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one person, with the `sub` that relying parties see.",
        discussion: """
            EXAMPLES
              kindling user show admin@kidd.network

            EXIT CODES
              0   done
              1   there is no state
              64  nobody of that name
            """
    )

    @Argument(help: "E-mail address or user name.")
    var login: String

    @OptionGroup var outputOptions: OutputOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let people = try await People.open(labOptions.paths(in: context), in: context)
        let user = try UserView.find(login, in: people.directory)
        let account = try await people.state.database.account(userID: user.id)
        let record = UserView.record(user, account: account, isInvited: people.isInvited(user))
        try outputOptions.print(record: record, in: context)
    }
}
