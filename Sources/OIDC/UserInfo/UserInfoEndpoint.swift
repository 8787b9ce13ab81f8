//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import Lab

/// The userinfo endpoint (OpenID Connect Core 1.0, section 5.3).
package struct UserInfoEndpoint: Sendable {
    private let settings: ProviderSettings

    package init(_ settings: ProviderSettings) {
        self.settings = settings
    }

    /// The claims that an access token opens. Throws ``OAuthError`` of `invalid_token` for one that is not ours, of
    /// another kind, expired or revoked, and of `insufficient_scope` for one without `openid`.
    package func claims(accessToken: String, at now: Date) async throws -> [String: JSONValue] {
        let refusal = OAuthError(.invalidToken, "the access token is not valid")
        guard let token = await settings.keys.verify(accessToken, at: now), token.type == TokenClaims.accessTokenType,
            token.text("iss") == settings.issuer, now < token.expires, let id = token.text("jti")
        else { throw refusal }
        // The signature says that it was given once; the state says whether it still stands.
        guard let (record, grant) = try await settings.store.accessToken(id), record.revoked == nil,
            grant.revoked == nil, now < record.expires, let userID = grant.userID,
            let user = try await settings.activeUser(id: userID), let client = settings.client(grant.clientID),
            user.mayReach(client)
        else { throw refusal }
        let scopes = record.scopes.compactMap { Scope(rawValue: $0) }
        guard scopes.contains(.openid) else {
            throw OAuthError(.insufficientScope, "the access token lacks the scope openid")
        }
        return TokenClaims.about(user, scopes)
    }
}
