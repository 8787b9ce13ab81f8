//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab
import PasswordHashing
package import Support

/// What the rules of all endpoints stand on.
package struct ProviderSettings: Sendable {
    /// Byte for byte as configured.
    package let issuer: String
    package let lifetimes: Lifetimes
    package let roster: Roster
    package let store: any OIDCStore
    package let credentials: any ClientCredentials
    package let keys: KeyRing
    package let random: any RandomSource
    /// The bcrypt cost that hashes are brought to when their user signs in.
    package let passwordCost: Int
    /// Is told what happens.
    package var observer: any ProviderObserver

    package init(
        issuer: String,
        lifetimes: Lifetimes,
        roster: Roster,
        store: any OIDCStore,
        credentials: any ClientCredentials,
        keys: KeyRing,
        random: any RandomSource,
        passwordCost: Int = PasswordCheck.cost,
        observer: any ProviderObserver = SilentObserver()
    ) {
        self.issuer = issuer
        self.lifetimes = lifetimes
        self.roster = roster
        self.store = store
        self.credentials = credentials
        self.keys = keys
        self.random = random
        self.passwordCost = passwordCost
        self.observer = observer
    }

    /// The clients of this moment.
    package var clients: [Client] { roster.current.clients }
    /// The people of this moment.
    package var directory: UserDirectory { roster.current.directory }
    /// The clients that are told when a session ends.
    package var notified: Set<String> { roster.current.notified }

    /// The client of an id.
    package func client(_ id: String) -> Client? { clients.first { $0.id == id } }

    /// The person of an id, if they may use the provider now.
    package func activeUser(id: String) async throws -> DirectoryUser? {
        guard let user = directory.user(id: id) else { return nil }
        return try await store.account(userID: id)?.isDisabled == true ? nil : user
    }
}
