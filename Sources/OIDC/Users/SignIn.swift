//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// Who signs in with a password.
package struct SignIn: Sendable {
    private let settings: ProviderSettings

    package init(_ settings: ProviderSettings) {
        self.settings = settings
    }

    /// The user of an e-mail address or user name and a password; `nil` when there is none, the password is wrong, none
    /// is set, or the account is disabled: all of it with equal work. A hash of too low a cost is brought up to date.
    package func user(
        login: String,
        password: Secret<String>,
        worker: any PasswordWorker
    ) async throws -> DirectoryUser? {
        let user = settings.directory.user(login: login)
        // One look-up of the account in either case.
        let account = try await settings.store.account(userID: user?.id ?? "")
        let hash = user == nil || account?.isDisabled == true ? nil : account?.passwordHash
        guard try await worker.run({ PasswordCheck.verify(password, against: hash) }), let user, let hash else {
            return nil
        }
        // Checking takes its time, with a queue before it. Who lost the password or the account meanwhile, perhaps because
        // a thief has the password, would otherwise find a session that nothing ended.
        guard let now = try await settings.store.account(userID: user.id), !now.isDisabled, now.passwordHash == hash
        else { return nil }
        if PasswordCheck.isWeaker(hash, than: settings.passwordCost) {
            let random = settings.random
            let next = try await worker.run { try PasswordCheck.hash(password, random: random) }
            try await settings.store.replaceHash(userID: user.id, old: hash, new: next)
        }
        return user
    }

    /// The hash of a user who is signed in, if the password belongs to it: what a new one may take the place of.
    package func hash(
        of user: DirectoryUser,
        confirmedBy password: Secret<String>,
        worker: any PasswordWorker
    ) async throws -> Secret<String>? {
        let hash = try await settings.store.account(userID: user.id)?.passwordHash
        return try await worker.run { PasswordCheck.verify(password, against: hash) } ? hash : nil
    }
}
