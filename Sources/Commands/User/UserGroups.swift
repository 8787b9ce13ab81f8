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

/// `kindling user groups`
struct UserGroups: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "groups",
        abstract: "Change the groups of a person who was invited; those of lab.yaml have theirs there.",
        discussion: """
            Tokens carry the new groups from the next sign-in or refresh on.

            EXAMPLES
              kindling user groups guest@kidd.network --add viewers
              kindling user groups guest@kidd.network --remove viewers --add editors

            EXIT CODES
              0   done
              1   there is no state
              64  nobody of that name, or no valid group
              77  the person is in lab.yaml; the hint names the line
            """
    )

    @Argument(help: "E-mail address or user name.")
    var login: String

    @Option(name: .customLong("add"), parsing: .singleValue, help: ArgumentHelp("May be repeated.", valueName: "group"))
    var added: [String] = []

    @Option(
        name: .customLong("remove"),
        parsing: .singleValue,
        help: ArgumentHelp("May be repeated.", valueName: "group")
    )
    var removed: [String] = []

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let people = try await People.open(labOptions.paths(in: context), in: context)
        let user = try UserView.find(login, in: people.directory)
        try people.refuseWritten(user, key: "groups", to: "change their groups")
        guard !added.isEmpty || !removed.isEmpty else {
            throw CommandError(.badArgument, "neither --add nor --remove names a group")
        }
        let kept = user.groups.filter { !removed.contains($0) }
        let wanted = kept + added.filter { !kept.contains($0) }
        let groups = try User.checked(email: user.email, username: user.username, name: user.name, groups: wanted)
            .groups
        let text = groups.isEmpty ? "no group" : groups.joined(separator: ", ")
        guard groups != user.groups else { return context.say("\(user.label) is in \(text) already") }
        if dryRun.isDryRun { return context.say("\(user.label) would be in \(text)") }
        _ = try await people.state.database.setGroups(userID: user.id, groups)
        try await people.state.record("user.groups", user.label, in: context)
        context.say("\(user.label) is in \(text)")
    }
}
