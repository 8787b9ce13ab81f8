//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials

/// What one authorisation gave: the family that a code and all the tokens from it belong to. Revoking it ends them all.
package struct AuthorizationGrant: Sendable, Hashable {
    /// Random, 128 bits or more.
    package var id: String
    package var clientID: String
    /// See ``AccountStore``; `nil` for a client that acts for itself.
    package var userID: String?
    /// Granted scopes, in the order of ``Scope/allCases``.
    package var scopes: [String]
    /// When the user authenticated, whole seconds.
    package var authenticated: Date
    /// `sid` of the session it began in; a device's own one.
    package var sid: String
    package var created: Date
    /// When it was revoked; `nil` while it lives.
    package var revoked: Date?

    package init(
        id: String,
        clientID: String,
        userID: String?,
        scopes: [String],
        authenticated: Date,
        sid: String,
        created: Date,
        revoked: Date? = nil
    ) {
        self.id = id
        self.clientID = clientID
        self.userID = userID
        self.scopes = scopes
        self.authenticated = authenticated
        self.sid = sid
        self.created = created
        self.revoked = revoked
    }
}

/// An authorization code (RFC 6749, section 4.1.2).
package struct AuthorizationCode: Sendable, Hashable {
    package var digest: TokenDigest
    package var grantID: String
    /// The redirect URI of the request, byte for byte.
    package var redirectURI: String
    package var nonce: String?
    /// PKCE challenge, method `S256`; `nil` when none was sent.
    package var codeChallenge: String?
    package var expires: Date

    package init(
        digest: TokenDigest,
        grantID: String,
        redirectURI: String,
        nonce: String?,
        codeChallenge: String?,
        expires: Date
    ) {
        self.digest = digest
        self.grantID = grantID
        self.redirectURI = redirectURI
        self.nonce = nonce
        self.codeChallenge = codeChallenge
        self.expires = expires
    }
}

/// A refresh token. Used once; the next one takes its place in the same grant.
package struct RefreshToken: Sendable, Hashable {
    package var digest: TokenDigest
    package var grantID: String
    package var created: Date
    package var expires: Date
    /// When it was exchanged for its successor; `nil` while it is the current one.
    package var used: Date?

    package init(digest: TokenDigest, grantID: String, created: Date, expires: Date, used: Date? = nil) {
        self.digest = digest
        self.grantID = grantID
        self.created = created
        self.expires = expires
        self.used = used
    }
}

/// What is remembered of an access token: enough to answer for it and to revoke it.
package struct AccessToken: Sendable, Hashable {
    /// The `jti` claim.
    package var id: String
    package var grantID: String
    /// Scopes of this token, a subset of its grant's.
    package var scopes: [String]
    package var expires: Date
    /// When this one was revoked; its grant may be revoked besides.
    package var revoked: Date?

    package init(id: String, grantID: String, scopes: [String], expires: Date, revoked: Date? = nil) {
        self.id = id
        self.grantID = grantID
        self.scopes = scopes
        self.expires = expires
        self.revoked = revoked
    }
}

/// What became of a presented authorization code.
package enum CodeRedemption: Sendable, Hashable {
    /// First use. The code is spent now; whether it has expired or its grant is revoked is for the caller to judge.
    case fresh(AuthorizationCode, AuthorizationGrant)
    /// It was spent before; its grant is revoked now.
    case replayed(grantID: String, clientID: String)
    /// Never issued, or forgotten.
    case unknown
}

/// What became of a presented refresh token.
package enum RefreshRotation: Sendable, Hashable {
    /// The token is spent, the successor and the access token are stored.
    case rotated
    /// It was spent before and no grace applies; its grant is revoked now and nothing was stored.
    case reused(grantID: String)
    /// Never issued, forgotten, or its grant is revoked; nothing was stored.
    case unknown
}

/// Where grants, codes and tokens are kept. Each call is one transaction: it happens whole or not at all, and of
/// parallel calls for the same code or refresh token one alone wins.
package protocol GrantStore: Sendable {
    /// Adds a grant together with its code.
    func addCode(_ code: AuthorizationCode, of grant: AuthorizationGrant) async throws
    /// Adds a grant together with its first tokens.
    func addGrant(_ grant: AuthorizationGrant, access: AccessToken, refresh: RefreshToken?) async throws
    /// A code that was not spent yet, with its grant; `nil` for others. Changes nothing.
    func code(_ digest: TokenDigest) async throws -> (code: AuthorizationCode, grant: AuthorizationGrant)?
    /// Spends a code for the tokens that it was exchanged for, which are stored when it was fresh.
    func redeemCode(
        _ digest: TokenDigest,
        access: AccessToken,
        refresh: RefreshToken?,
        at now: Date
    ) async throws -> CodeRedemption
    /// Spends a code for nothing; a second call for it revokes its grant, tokens included, also when the code has expired
    /// meanwhile.
    func consumeCode(_ digest: TokenDigest, at now: Date) async throws -> CodeRedemption
    /// A refresh token with its grant, used, expired or revoked ones included; `nil` when it is not known.
    func refreshToken(_ digest: TokenDigest) async throws -> (token: RefreshToken, grant: AuthorizationGrant)?
    /// Spends a refresh token for its successor, and adds the access token given with that.
    ///
    /// A token that was spent before counts as reused when more than `grace` has passed since its first use (zero: always).
    /// Expiry is for the caller to judge.
    func rotateRefreshToken(
        _ digest: TokenDigest,
        to successor: RefreshToken,
        access: AccessToken,
        grace: Duration,
        at now: Date
    ) async throws -> RefreshRotation
    /// An access token with its grant, expired or revoked ones included; `nil` when it is not known.
    func accessToken(_ id: String) async throws -> (token: AccessToken, grant: AuthorizationGrant)?
    /// Revokes one access token; one that is not known is no error.
    func revokeAccessToken(_ id: String, at now: Date) async throws
    /// Revokes a grant with its codes and tokens; one that is not known is no error.
    func revokeGrant(_ id: String, at now: Date) async throws
}
