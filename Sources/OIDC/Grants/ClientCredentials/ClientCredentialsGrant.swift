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

/// Tokens for a client that acts for itself (RFC 6749, section 4.4). There is no person, so there are no scopes that would
/// open anything about one, no ID token and no refresh token.
struct ClientCredentialsGrant: Sendable {
    private let settings: ProviderSettings

    init(_ settings: ProviderSettings) {
        self.settings = settings
    }

    /// An access token for the authenticated client.
    func answer(_ client: Client, at now: Date) async throws -> TokenAnswer {
        guard !client.isPublic else {
            throw OAuthError(.unauthorizedClient, "a public client has no credentials")
        }
        let issuer = TokenIssuer(settings: settings)
        let grant = AuthorizationGrant(
            id: issuer.newID(),
            clientID: client.id,
            userID: nil,
            scopes: [],
            authenticated: now,
            sid: "",
            created: now
        )
        let issued = try await issuer.issue(
            for: grant,
            client,
            scopes: [],
            nonce: nil,
            isRefreshable: false,
            at: now
        )
        try await settings.store.addGrant(grant, access: issued.access, refresh: nil)
        return issued.answer
    }
}
