//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Support

/// A one-time link with which a person sets their password.
package struct PasswordLink: Sendable, Hashable {
    /// Digest of the last part of its URL.
    package var digest: TokenDigest
    package var userID: String
    package var created: Date
    package var expires: Date
    /// Digest of a cookie of the browser that opened it first; `nil` before that.
    package var browser: TokenDigest?

    package init(
        digest: TokenDigest,
        userID: String,
        created: Date,
        expires: Date,
        browser: TokenDigest? = nil
    ) {
        self.digest = digest
        self.userID = userID
        self.created = created
        self.expires = expires
        self.browser = browser
    }
}

/// Where one-time links are kept.
package protocol PasswordLinkStore: Sendable {
    /// Adds a link; every earlier one of the same user is void from then on.
    func addLink(_ link: PasswordLink) async throws
    /// A link that was neither used nor voided, expired or not; `nil` otherwise.
    func link(_ digest: TokenDigest) async throws -> PasswordLink?
    /// Binds a link to the browser that opens it; `false`, with nothing done, when it is bound to another one, unknown,
    /// used, voided or expired at `now`.
    func bindLink(_ digest: TokenDigest, to browser: TokenDigest, at now: Date) async throws -> Bool
    /// In one transaction: uses the link up, sets its user's password, ends the user's sessions and revokes their grants.
    /// `false`, with nothing done, when the link is unknown, used, voided, expired at `now` or not bound to `browser`.
    func redeemLink(
        _ digest: TokenDigest,
        browser: TokenDigest,
        passwordHash: Secret<String>,
        notifying: Set<String>,
        at now: Date
    ) async throws -> Bool
}
