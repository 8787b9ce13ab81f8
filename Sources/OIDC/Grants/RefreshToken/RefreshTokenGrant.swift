//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import Support

/// Exchanges refresh tokens (RFC 6749, section 6; RFC 9700, section 4.14): each is good once, and one that comes a second
/// time ends its whole family.
struct RefreshTokenGrant: Sendable {
    private let settings: ProviderSettings

    init(_ settings: ProviderSettings) {
        self.settings = settings
    }

    /// Tokens for a refresh token, the next refresh token among them.
    func answer(_ parameters: RequestParameters, _ client: Client, at now: Date) async throws -> TokenAnswer {
        guard let value = parameters["refresh_token"] else {
            throw OAuthError(.invalidRequest, "refresh_token is missing")
        }
        let digest = TokenDigest(of: Secret(value))
        guard let (token, grant) = try await settings.store.refreshToken(digest), grant.clientID == client.id else {
            throw OAuthError(.invalidGrant, "the refresh token is unknown")
        }
        guard now < token.expires, grant.revoked == nil else {
            throw OAuthError(.invalidGrant, "the refresh token has expired or was revoked")
        }
        let issued = try await TokenIssuer(settings: settings).issue(
            for: grant,
            client,
            scopes: try Self.scopes(parameters["scope"], of: grant),
            nonce: nil,
            isRefreshable: true,
            at: now
        )
        guard let successor = issued.refresh else {
            throw OAuthError(.invalidGrant, "the refresh token has no successor")
        }
        let rotation = try await settings.store.rotateRefreshToken(
            digest,
            to: successor,
            access: issued.access,
            grace: settings.lifetimes.refreshReuseGrace,
            at: now
        )
        switch rotation {
        case .rotated: return issued.answer
        case .reused(let grantID):
            await settings.observer.observe(.refreshTokenReused(client: client.id, grantID: grantID), at: now)
            throw OAuthError(.invalidGrant, "the refresh token was used before; all tokens of it are revoked")
        case .unknown: throw OAuthError(.invalidGrant, "the refresh token has expired or was revoked")
        }
    }

    /// The scopes that are asked for; never more than were granted.
    private static func scopes(_ wanted: String?, of grant: AuthorizationGrant) throws(OAuthError) -> [Scope] {
        let granted = TokenIssuer.scopes(grant.scopes)
        guard let wanted else { return granted }
        let words = Set(wanted.split(separator: " ").map(String.init))
        guard words.isSubset(of: grant.scopes) else {
            throw OAuthError(.invalidScope, "the scope is more than was granted")
        }
        return granted.filter { words.contains($0.rawValue) }
    }
}
