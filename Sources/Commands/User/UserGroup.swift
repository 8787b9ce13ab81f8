//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser

/// `kindling user`
struct UserGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "People who sign in.",
        subcommands: [
            UserList.self, UserShow.self, UserInvite.self, UserPasswd.self, UserDisable.self, UserEnable.self,
            UserGroups.self, UserRemove.self,
        ]
    )
}
