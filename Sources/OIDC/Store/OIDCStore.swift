//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Support

/// All that the provider keeps over time, in the roles that its rules ask for.
package protocol OIDCStore: SessionStore, GrantStore, AccountStore, PasswordLinkStore, SigningKeyStore {
    /// Forgets what can no longer matter at `now`: expired sessions and links; codes, tokens and grants of which nothing
    /// has been valid for `retention` (so long a replayed code is still recognised).
    func removeExpired(at now: Date, retention: Duration) async throws
}

/// The live secrets of clients. Read at every use, so that a rotation takes effect at once.
package protocol ClientCredentials: Sendable {
    /// Every secret that a client may use now, several during a rotation; empty when it has none.
    func secrets(for clientID: String) async throws -> [Secret<String>]
}
