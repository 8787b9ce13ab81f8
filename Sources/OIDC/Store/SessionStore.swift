//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials

/// A browser's session at the provider, server-side; the browser has its id in a cookie.
package struct Session: Sendable, Hashable {
    /// Digest of the cookie's value.
    package var id: TokenDigest
    /// The `sid` claim: names the session to relying parties, gives no access.
    package var sid: String
    /// See ``AccountStore``.
    package var userID: String
    /// When the password was given, whole seconds.
    package var authenticated: Date
    package var created: Date
    package var expires: Date

    package init(
        id: TokenDigest,
        sid: String,
        userID: String,
        authenticated: Date,
        created: Date,
        expires: Date
    ) {
        self.id = id
        self.sid = sid
        self.userID = userID
        self.authenticated = authenticated
        self.created = created
        self.expires = expires
    }
}

/// Where sessions are kept.
package protocol SessionStore: Sendable {
    /// Adds a session; ids do not repeat.
    func addSession(_ session: Session) async throws
    /// The session of an id, expired or not; `nil` when there is none.
    func session(_ id: TokenDigest) async throws -> Session?
    /// Ends a session; none of that id is no error.
    func endSession(_ id: TokenDigest) async throws
    /// Ends every session of a user.
    func endSessions(userID: String) async throws
}
