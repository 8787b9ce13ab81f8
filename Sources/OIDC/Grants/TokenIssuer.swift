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

/// Makes the tokens that the grants give. Nothing is stored here: the grant's own transaction does that.
struct TokenIssuer: Sendable {
    let settings: ProviderSettings

    /// Tokens with what is to be stored of them.
    struct Issued {
        var answer: TokenAnswer
        var access: AccessToken
        var refresh: RefreshToken?
    }

    /// Makes tokens for a grant.
    ///
    /// - Parameters:
    ///   - grant: what was granted.
    ///   - client: the client of the grant.
    ///   - scopes: of these tokens, the grant's or fewer.
    ///   - nonce: of the authorization request, for the ID token.
    ///   - isRefreshable: whether a refresh token comes along.
    ///   - now: when they are issued.
    /// - Returns: the answer, and what the grant's transaction is to store.
    /// - Throws: ``OAuthError`` of `invalid_grant` when the user is gone, disabled, or kept from the client by now.
    func issue(
        for grant: AuthorizationGrant,
        _ client: Client,
        scopes: [Scope],
        nonce: String?,
        isRefreshable: Bool,
        at now: Date
    ) async throws -> Issued {
        let context = TokenClaims.Context(
            issuer: settings.issuer,
            clientID: client.id,
            party: try await party(of: grant, client),
            scopes: scopes,
            issued: now
        )
        let key = try settings.keys.signingKey(client.algorithm, at: now)
        let lifetime = settings.lifetimes.accessToken
        let id = newID()
        let accessToken = try CompactToken.sign(
            TokenClaims.accessToken(context, id: id, lifetime: lifetime),
            type: TokenClaims.accessTokenType,
            with: key
        )
        var issued = Issued(
            answer: TokenAnswer(accessToken: accessToken, expiresIn: Int(lifetime.seconds), scopes: scopes),
            access: AccessToken(
                id: id,
                grantID: grant.id,
                scopes: scopes.map(\.rawValue),
                expires: now.addingTimeInterval(lifetime.seconds)
            )
        )
        if scopes.contains(.openid) {
            issued.answer.idToken = try CompactToken.sign(
                TokenClaims.idToken(
                    context,
                    id: newID(),
                    nonce: nonce,
                    accessToken: accessToken,
                    lifetime: settings.lifetimes.idToken
                ),
                type: TokenClaims.idTokenType,
                with: key
            )
        }
        if isRefreshable {
            let value = BearerValue.make(settings.random)
            issued.answer.refreshToken = value.expose()
            issued.refresh = RefreshToken(
                digest: TokenDigest(of: value),
                grantID: grant.id,
                created: now,
                expires: now.addingTimeInterval(settings.lifetimes.refreshToken.seconds)
            )
        }
        return issued
    }

    /// Whether a grant of these scopes gets a refresh token.
    static func isRefreshable(_ scopes: [Scope], _ client: Client) -> Bool {
        scopes.contains(.offlineAccess) && client.grants.contains(.refreshToken)
    }

    /// The known ones of stored scopes.
    static func scopes(_ stored: [String]) -> [Scope] { stored.compactMap { Scope(rawValue: $0) } }

    /// 128 random bits.
    func newID() -> String { Encoding.base64URL(settings.random.bytes(16)) }

    /// Whom the tokens are about: the user has to be there still, and be let to the client still.
    private func party(of grant: AuthorizationGrant, _ client: Client) async throws -> TokenClaims.Party {
        guard let id = grant.userID else { return .client }
        guard let user = try await settings.activeUser(id: id), user.mayReach(client) else {
            throw OAuthError(.invalidGrant, "the user may not use this client any more")
        }
        return .user(user, authenticated: grant.authenticated, sid: grant.sid)
    }
}
