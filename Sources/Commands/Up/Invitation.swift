//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import OIDC
import Storage
import Support

/// One-time links by which people set their password.
struct Invitation {
    let people: People
    let context: CommandContext

    /// A new link for a person; their earlier one is void.
    func link(
        for user: DirectoryUser,
        lifetime: Duration = LinkIssuer.lifetime
    ) async throws -> Secret<String> {
        let link = try await LinkIssuer.issue(
            for: user,
            issuer: people.lab.identity.issuer,
            store: people.state.database,
            random: context.random,
            lifetime: lifetime,
            at: context.clock.now
        )
        try await people.state.record("user.invite", user.label, in: context)
        return link
    }

    /// Administrators who cannot sign in yet.
    func administratorsWithoutPassword() async throws -> [DirectoryUser] {
        let groups = Set(people.lab.identity.administrators)
        var missing: [DirectoryUser] = []
        for user in people.directory.users where !groups.isDisjoint(with: user.groups) {
            let account = try await people.state.database.account(userID: user.id)
            if account?.passwordHash == nil { missing.append(user) }
        }
        return missing
    }
}
