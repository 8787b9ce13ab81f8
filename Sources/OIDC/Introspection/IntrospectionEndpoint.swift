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

/// Token introspection (RFC 7662). Only a client with a secret may ask, and only about its own tokens; of every other
/// token the answer is that it is not active, and nothing besides.
package struct IntrospectionEndpoint: Sendable {
    private let settings: ProviderSettings

    package init(_ settings: ProviderSettings) {
        self.settings = settings
    }

    /// What is known of a token. Throws ``OAuthError`` for a caller without authentication, and what the store throws.
    package func answer(
        _ parameters: RequestParameters,
        authorization: [String],
        at now: Date
    ) async throws -> JSONValue {
        guard parameters.duplicates.isEmpty else {
            throw OAuthError(.invalidRequest, "a parameter was sent more than once")
        }
        let client = try await ClientAuthentication(settings).client(parameters, authorization: authorization)
        guard !client.isPublic else { throw OAuthError(.invalidClient, "a public client may not ask") }
        guard let value = parameters["token"] else { throw OAuthError(.invalidRequest, "token is missing") }
        var known = try await accessToken(value, client, at: now)
        if known == nil { known = try await refreshToken(value, client, at: now) }
        guard var members = known else { return .object(["active": .bool(false)]) }
        members["active"] = .bool(true)
        members["client_id"] = .string(client.id)
        members["iss"] = .string(settings.issuer)
        members["aud"] = .string(client.id)
        return .object(members)
    }

    private func accessToken(
        _ value: String,
        _ client: Client,
        at now: Date
    ) async throws -> [String: JSONValue]? {
        guard let token = await settings.keys.verify(value, at: now), token.type == TokenClaims.accessTokenType,
            token.text("iss") == settings.issuer, now < token.expires, let id = token.text("jti"),
            let (record, grant) = try await settings.store.accessToken(id), record.revoked == nil,
            grant.revoked == nil, now < record.expires, grant.clientID == client.id,
            let about = try await about(grant, client)
        else { return nil }
        var members = about
        members["token_type"] = .string("Bearer")
        members["scope"] = .string(record.scopes.joined(separator: " "))
        for name in ["exp", "iat", "nbf", "jti"] { members[name] = token.claims[name] }
        return members
    }

    private func refreshToken(
        _ value: String,
        _ client: Client,
        at now: Date
    ) async throws -> [String: JSONValue]? {
        guard let (token, grant) = try await settings.store.refreshToken(TokenDigest(of: Secret(value))),
            token.used == nil, grant.revoked == nil, now < token.expires, grant.clientID == client.id,
            let about = try await about(grant, client)
        else { return nil }
        var members = about
        members["scope"] = .string(grant.scopes.joined(separator: " "))
        members["exp"] = .integer(TokenClaims.seconds(token.expires))
        members["iat"] = .integer(TokenClaims.seconds(token.created))
        return members
    }

    /// Subject and user name; `nil` when the person may not use the client any more.
    private func about(_ grant: AuthorizationGrant, _ client: Client) async throws -> [String: JSONValue]? {
        guard let id = grant.userID else { return ["sub": .string(client.id)] }
        guard let user = try await settings.activeUser(id: id), user.mayReach(client) else { return nil }
        return ["sub": .string(user.subject), "username": .string(user.username)]
    }
}
