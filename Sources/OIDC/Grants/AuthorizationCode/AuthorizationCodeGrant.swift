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

/// Redeems authorization codes (RFC 6749, section 4.1.3).
struct AuthorizationCodeGrant: Sendable {
    private let settings: ProviderSettings

    init(_ settings: ProviderSettings) {
        self.settings = settings
    }

    /// Tokens for a code. The code is spent whatever comes out, so that nobody can try verifiers on it; presented again,
    /// it takes along what it gave.
    func answer(_ parameters: RequestParameters, _ client: Client, at now: Date) async throws -> TokenAnswer {
        guard let value = parameters["code"] else { throw OAuthError(.invalidRequest, "code is missing") }
        guard let redirectURI = parameters["redirect_uri"] else {
            throw OAuthError(.invalidRequest, "redirect_uri is missing")
        }
        let digest = TokenDigest(of: Secret(value))
        guard let (code, grant) = try await settings.store.code(digest) else {
            try await spend(digest, at: now)
            throw OAuthError(.invalidGrant, "the code is unknown or was used before")
        }
        let issued: TokenIssuer.Issued
        do {
            try check(code, grant, parameters, redirectURI, client, at: now)
            let scopes = TokenIssuer.scopes(grant.scopes)
            issued = try await TokenIssuer(settings: settings).issue(
                for: grant,
                client,
                scopes: scopes,
                nonce: code.nonce,
                isRefreshable: TokenIssuer.isRefreshable(scopes, client),
                at: now
            )
        } catch let error as OAuthError {
            try await spend(digest, at: now)
            throw error
        }
        // What parallel requests have got meanwhile counts, not what was read before.
        let redemption = try await settings.store.redeemCode(
            digest,
            access: issued.access,
            refresh: issued.refresh,
            at: now
        )
        guard case .fresh(_, let current) = redemption, current.revoked == nil else {
            await note(redemption, at: now)
            throw OAuthError(.invalidGrant, "the code was used before")
        }
        return issued.answer
    }

    private func check(
        _ code: AuthorizationCode,
        _ grant: AuthorizationGrant,
        _ parameters: RequestParameters,
        _ redirectURI: String,
        _ client: Client,
        at now: Date
    ) throws(OAuthError) {
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
    }

    private func spend(_ digest: TokenDigest, at now: Date) async throws {
        await note(try await settings.store.consumeCode(digest, at: now), at: now)
    }

    private func note(_ redemption: CodeRedemption, at now: Date) async {
        guard case .replayed(let grantID, let clientID) = redemption else { return }
        await settings.observer.observe(.codeReplayed(client: clientID, grantID: grantID), at: now)
    }
}
