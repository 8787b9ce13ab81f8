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
package protocol OIDCStore: SessionStore, GrantStore, AccountStore, PasswordLinkStore, SigningKeyStore, DeviceStore,
    LogoutNoticeStore, ThrottleStore, AuditLog
{
    /// Forgets what can no longer matter at `now`: expired sessions, links and devices; codes, tokens and grants of which
    /// nothing has been valid for `retention` (so long a replayed code is still recognised); notices and failed attempts
    /// of which nobody has heard for as long.
    ///
    /// - Returns: how much was forgotten: at most `limit` of each kind, so that no transaction keeps others waiting for
    ///   long. Call it again until it is 0.
    func removeExpired(at now: Date, retention: Duration, limit: Int) async throws -> Int
    /// How many sessions and grants are alive.
    func counts(at now: Date) async throws -> StoreCounts
}

/// What lives in a store.
package struct StoreCounts: Sendable, Hashable {
    /// Sessions that have not expired.
    package var sessions: Int
    /// Grants that are not revoked and have a token that has not expired.
    package var grants: Int

    package init(sessions: Int, grants: Int) {
        self.sessions = sessions
        self.grants = grants
    }
}

/// The live secrets of clients. Read at every use, so that a rotation takes effect at once.
package protocol ClientCredentials: Sendable {
    /// Every secret that a client may use now, several during a rotation; empty when it has none.
    func secrets(for clientID: String) async throws -> [Secret<String>]
}
