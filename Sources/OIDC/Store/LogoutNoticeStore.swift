//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials

/// A relying party that is still to be told that a session has ended (OpenID Connect Back-Channel Logout 1.0).
package struct LogoutNotice: Sendable, Hashable {
    /// Random; also the `jti` of the logout token, so that a second delivery is recognised.
    package var id: String
    package var clientID: String
    package var sid: String
    /// See ``AccountStore``.
    package var userID: String
    /// When the session ended.
    package var created: Date
    /// How often delivery was tried.
    package var attempts: Int
    /// When it is tried next.
    package var due: Date

    package init(
        id: String,
        clientID: String,
        sid: String,
        userID: String,
        created: Date,
        attempts: Int = 0,
        due: Date
    ) {
        self.id = id
        self.clientID = clientID
        self.sid = sid
        self.userID = userID
        self.created = created
        self.attempts = attempts
        self.due = due
    }
}

/// Where notices wait for their delivery, across restarts. Sessions that end leave them, see ``SessionStore``.
package protocol LogoutNoticeStore: Sendable {
    /// Notices that are due, at most `limit`, the longest waiting first.
    func logoutNotices(dueAt now: Date, limit: Int) async throws -> [LogoutNotice]
    /// Notes that delivery was tried and is to be tried again.
    func postponeLogoutNotice(_ id: String, until due: Date) async throws
    /// Forgets a notice: delivered, or given up.
    func removeLogoutNotice(_ id: String) async throws
}
