//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import OIDC
import Support

/// How people are shown.
enum UserView {
    static let columns: KeyValuePairs = [
        "email": "e-mail", "username": "user name", "name": "name", "groups": "groups", "password": "password",
        "disabled": "disabled", "origin": "from",
    ]

    /// One row of a person of lab.yaml or of the state.
    static func record(_ user: DirectoryUser, account: Account?, isInvited: Bool) -> OutputValue {
        .record([
            ("email", .string(user.email)),
            ("username", .string(user.username)),
            ("name", .string(user.name)),
            ("groups", .strings(user.groups)),
            ("id", .string(user.id)),
            ("sub", .string(user.subject)),
            ("password", .string(account?.passwordHash == nil ? "not set" : "set")),
            ("passwordChanged", .optional(account?.passwordChanged.map(Timestamp.text))),
            ("disabled", .bool(account?.isDisabled ?? false)),
            ("origin", .string(isInvited ? "invitation" : "lab.yaml")),
        ])
    }

    /// The person of an e-mail address or user name, or an error that names the nearest.
    static func find(_ login: String, in directory: UserDirectory) throws -> DirectoryUser {
        if let user = directory.user(login: login) { return user }
        let nearest = Suggestion.nearest(to: login, among: directory.users.flatMap { [$0.email, $0.username] })
        throw CommandError(
            .badArgument,
            "nobody is \(login)",
            remedy: nearest.map { "did you mean \($0)?" } ?? "kindling user list"
        )
    }
}
