//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab
package import Support

/// What the rules of all endpoints stand on.
package struct ProviderSettings: Sendable {
    /// Byte for byte as configured.
    package let issuer: String
    package let lifetimes: Lifetimes
    package let clients: [Client]
    package let directory: UserDirectory
    package let store: any OIDCStore
    package let credentials: any ClientCredentials
    package let keys: KeyRing
    package let random: any RandomSource

    package init(
        issuer: String,
        lifetimes: Lifetimes,
        clients: [Client],
        directory: UserDirectory,
        store: any OIDCStore,
        credentials: any ClientCredentials,
        keys: KeyRing,
        random: any RandomSource
    ) {
        self.issuer = issuer
        self.lifetimes = lifetimes
        self.clients = clients
        self.directory = directory
        self.store = store
        self.credentials = credentials
        self.keys = keys
        self.random = random
    }

    /// The person of an id, if they may use the provider now.
    func activeUser(id: String) async throws -> DirectoryUser? {
        guard let user = directory.user(id: id) else { return nil }
        return try await store.account(userID: id)?.isDisabled == true ? nil : user
    }
}
