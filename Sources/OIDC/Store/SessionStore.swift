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
    /// The network address that signed in, to be shown to the user; empty when it is not known.
    package var address: String
    /// The `User-Agent` of the browser, to be shown to the user; empty when there was none.
    package var agent: String

    package init(
        id: TokenDigest,
        sid: String,
        userID: String,
        authenticated: Date,
        created: Date,
        expires: Date,
        address: String = "",
        agent: String = ""
    ) {
        self.id = id
        self.sid = sid
        self.userID = userID
        self.authenticated = authenticated
        self.created = created
        self.expires = expires
        self.address = address
        self.agent = agent
    }
}

/// Where sessions are kept. Each call is one transaction.
///
/// A session that ends takes along the grants of its `sid` that lack the scope `offline_access`, and leaves a
/// ``LogoutNotice`` for each client of `notifying` that had a grant of this `sid`.
package protocol SessionStore: Sendable {
    /// Adds a session; ids do not repeat. The browser's earlier one is forgotten when it has the same `sid`, and ends
    /// otherwise; none of that id is no error.
    func addSession(_ session: Session, replacing earlier: TokenDigest?, notifying: Set<String>) async throws
    /// The session of an id, expired or not; `nil` when there is none.
    func session(_ id: TokenDigest) async throws -> Session?
    /// The sessions of a user, expired or not, the newest first.
    func sessions(userID: String) async throws -> [Session]
    /// Ends a session; none of that id is no error.
    func endSession(_ id: TokenDigest, notifying: Set<String>, at now: Date) async throws
    /// Ends every session of a user but one.
    func endSessions(userID: String, except kept: TokenDigest?, notifying: Set<String>, at now: Date) async throws
}
