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

    package init(digest: TokenDigest, userID: String, created: Date, expires: Date) {
        self.digest = digest
        self.userID = userID
        self.created = created
        self.expires = expires
    }
}

/// Where one-time links are kept.
package protocol PasswordLinkStore: Sendable {
    /// Adds a link; every earlier one of the same user is void from then on.
    func addLink(_ link: PasswordLink) async throws
    /// A link that was neither used nor voided, expired or not; `nil` otherwise.
    func link(_ digest: TokenDigest) async throws -> PasswordLink?
    /// In one transaction: uses the link up, sets its user's password, ends the user's sessions and revokes their grants.
    /// `false`, with nothing done, when the link is unknown, used, voided or expired at `now`.
    func redeemLink(_ digest: TokenDigest, passwordHash: Secret<String>, at now: Date) async throws -> Bool
}
