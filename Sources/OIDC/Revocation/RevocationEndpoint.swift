//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import Lab
import Support

/// Token revocation (RFC 7009).
package struct RevocationEndpoint: Sendable {
    private let settings: ProviderSettings

    package init(_ settings: ProviderSettings) {
        self.settings = settings
    }

    /// Revokes a token of the calling client: a refresh token with all that came from its grant, an access token alone.
    /// A token that is unknown or another client's is left alone without a word; the type hint is not needed.
    package func revoke(_ parameters: RequestParameters, authorization: [String], at now: Date) async throws {
        guard parameters.duplicates.isEmpty else {
            throw OAuthError(.invalidRequest, "a parameter was sent more than once")
        }
        let client = try await ClientAuthentication(settings).client(parameters, authorization: authorization)
        guard let value = parameters["token"] else { throw OAuthError(.invalidRequest, "token is missing") }
        if let (_, grant) = try await settings.store.refreshToken(TokenDigest(of: Secret(value))) {
            guard grant.clientID == client.id else { return }
            try await settings.store.revokeGrant(grant.id, at: now)
            await settings.observer.observe(.tokensRevoked(client: client.id, grantID: grant.id), at: now)
            return
        }
        guard let token = await settings.keys.verify(value, at: now), token.type == TokenClaims.accessTokenType,
            let id = token.text("jti"), let (_, grant) = try await settings.store.accessToken(id),
            grant.clientID == client.id
        else { return }
        try await settings.store.revokeAccessToken(id, at: now)
        await settings.observer.observe(.tokensRevoked(client: client.id, grantID: grant.id), at: now)
    }
}
