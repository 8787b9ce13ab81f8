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

/// `kindling user list`
struct UserList: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List people, those of lab.yaml and those who were invited, and whether they have a password.",
        discussion: """
            EXAMPLES
              kindling user list
              kindling user list --output json

            EXIT CODES
              0   done
              1   there is no state
              65  lab.yaml has mistakes
            """
    )

    @OptionGroup var outputOptions: OutputOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let people = try await People.open(labOptions.paths(in: context), in: context)
        var rows: [OutputValue] = []
        for user in people.directory.users {
            let account = try await people.state.database.account(userID: user.id)
            rows.append(UserView.record(user, account: account, isInvited: people.isInvited(user)))
        }
        try outputOptions.print(list: rows, columns: UserView.columns, in: context)
    }
}
