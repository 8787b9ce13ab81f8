//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Lab
import Support

/// The token endpoint (RFC 6749, section 3.2; OpenID Connect Core 1.0, sections 3.1.3 and 12).
package struct TokenEndpoint: Sendable {
    /// The grants that work here.
    package static let grants: [Grant] = [.authorizationCode, .refreshToken]

    private let settings: ProviderSettings

    package init(_ settings: ProviderSettings) {
        self.settings = settings
    }

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - parameters: the body.
    ///   - authorization: values of the `Authorization` header.
    ///   - now: the time of the request.
    /// - Returns: tokens.
    /// - Throws: ``OAuthError``, and what store and keys throw.
    package func answer(
        _ parameters: RequestParameters,
        authorization: [String],
        at now: Date
    ) async throws -> TokenAnswer {
        guard parameters.duplicates.isEmpty else {
            throw OAuthError(.invalidRequest, "a parameter was sent more than once")
        }
        guard let grantType = parameters["grant_type"] else {
            throw OAuthError(.invalidRequest, "grant_type is missing")
        }
        guard let grant = Self.grants.first(where: { $0.rawValue == grantType }) else {
            throw OAuthError(.unsupportedGrantType, "grant_type is not one that is offered")
        }
        let client = try await ClientAuthentication(settings).client(parameters, authorization: authorization)
        guard client.grants.contains(grant) else {
            throw OAuthError(.unauthorizedClient, "this client may not use this grant")
        }
        return switch grant {
        case .refreshToken: try await refresh(parameters, client, at: now)
        default: try await redeem(parameters, client, at: now)
        }
    }

    /// Redeems an authorization code. It is spent whatever comes out, so that nobody can try verifiers on it.
    private func redeem(_ parameters: RequestParameters, _ client: Client, at now: Date) async throws -> TokenAnswer {
        guard let value = parameters["code"] else { throw OAuthError(.invalidRequest, "code is missing") }
        guard let redirectURI = parameters["redirect_uri"] else {
            throw OAuthError(.invalidRequest, "redirect_uri is missing")
        }
        guard
            case .fresh(let code, let grant) = try await settings.store.consumeCode(
                TokenDigest(of: Secret(value)),
                at: now
            )
        else { throw OAuthError(.invalidGrant, "the code is unknown or was used before") }
        guard now < code.expires, grant.revoked == nil else {
            throw OAuthError(.invalidGrant, "the code has expired")
        }
        guard grant.clientID == client.id else {
            throw OAuthError(.invalidGrant, "the code belongs to another client")
        }
        guard Array(code.redirectURI.utf8) == Array(redirectURI.utf8) else {
            throw OAuthError(.invalidGrant, "redirect_uri is not the one of the authorization request")
        }
        guard PKCE.fits(verifier: parameters["code_verifier"], challenge: code.codeChallenge) else {
            throw OAuthError(.invalidGrant, "code_verifier does not fit")
        }
        let context = try await context(of: grant, client, scopes: Self.scopes(grant.scopes), at: now)
        let isRefreshable = context.scopes.contains(.offlineAccess) && client.grants.contains(.refreshToken)
        let refresh = isRefreshable ? newRefreshToken(grant, at: now) : nil
        let issued = try await issue(context, client, grant, nonce: code.nonce)
        try await settings.store.addTokens(access: issued.record, refresh: refresh?.record)
        var answer = issued.answer
        answer.refreshToken = refresh?.value.expose()
        return answer
    }

    /// Exchanges a refresh token for the next one.
    private func refresh(_ parameters: RequestParameters, _ client: Client, at now: Date) async throws -> TokenAnswer {
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
        var scopes = Self.scopes(grant.scopes)
        if let wanted = parameters["scope"] {
            let words = Set(wanted.split(separator: " ").map(String.init))
            guard words.isSubset(of: grant.scopes) else {
                throw OAuthError(.invalidScope, "the scope is more than was granted")
            }
            scopes = scopes.filter { words.contains($0.rawValue) }
        }
        let context = try await context(of: grant, client, scopes: scopes, at: now)
        let successor = newRefreshToken(grant, at: now)
        let issued = try await issue(context, client, grant, nonce: nil)
        let rotation = try await settings.store.rotateRefreshToken(
            digest,
            to: successor.record,
            access: issued.record,
            grace: settings.lifetimes.refreshReuseGrace,
            at: now
        )
        switch rotation {
        case .rotated: break
        case .reused: throw OAuthError(.invalidGrant, "the refresh token was used before; all tokens of it are revoked")
        case .unknown: throw OAuthError(.invalidGrant, "the refresh token has expired or was revoked")
        }
        var answer = issued.answer
        answer.refreshToken = successor.value.expose()
        return answer
    }

    /// Who the tokens are about: the user has to be there still, and be let to the client still.
    private func context(
        of grant: AuthorizationGrant,
        _ client: Client,
        scopes: [Scope],
        at now: Date
    ) async throws -> TokenClaims.Context {
        guard let user = try await settings.activeUser(id: grant.userID), user.mayReach(client) else {
            throw OAuthError(.invalidGrant, "the user may not use this client any more")
        }
        return TokenClaims.Context(
            issuer: settings.issuer,
            clientID: client.id,
            user: user,
            scopes: scopes,
            authenticated: grant.authenticated,
            sid: grant.sid,
            issued: now
        )
    }

    private func issue(
        _ context: TokenClaims.Context,
        _ client: Client,
        _ grant: AuthorizationGrant,
        nonce: String?
    ) async throws -> (answer: TokenAnswer, record: AccessToken) {
        let key = try await settings.keys.signingKey(client.algorithm, at: context.issued)
        let lifetime = settings.lifetimes.accessToken
        let id = Encoding.base64URL(settings.random.bytes(16))
        let accessToken = try CompactToken.sign(
            TokenClaims.accessToken(context, id: id, lifetime: lifetime),
            type: TokenClaims.accessTokenType,
            with: key
        )
        var answer = TokenAnswer(accessToken: accessToken, expiresIn: Int(lifetime.seconds), scopes: context.scopes)
        if context.scopes.contains(.openid) {
            answer.idToken = try CompactToken.sign(
                TokenClaims.idToken(
                    context,
                    id: Encoding.base64URL(settings.random.bytes(16)),
                    nonce: nonce,
                    accessToken: accessToken,
                    lifetime: settings.lifetimes.idToken
                ),
                type: TokenClaims.idTokenType,
                with: key
            )
        }
        let record = AccessToken(
            id: id,
            grantID: grant.id,
            scopes: context.scopes.map(\.rawValue),
            expires: context.issued.addingTimeInterval(lifetime.seconds)
        )
        return (answer, record)
    }

    private func newRefreshToken(
        _ grant: AuthorizationGrant,
        at now: Date
    ) -> (value: Secret<String>, record: RefreshToken) {
        let value = BearerValue.make(settings.random)
        let expires = now.addingTimeInterval(settings.lifetimes.refreshToken.seconds)
        return (value, RefreshToken(digest: TokenDigest(of: value), grantID: grant.id, created: now, expires: expires))
    }

    private static func scopes(_ stored: [String]) -> [Scope] { stored.compactMap { Scope(rawValue: $0) } }
}
