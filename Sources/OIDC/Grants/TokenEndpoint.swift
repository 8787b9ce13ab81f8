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
    package static let grants: [Grant] = [.authorizationCode, .refreshToken, .deviceCode, .clientCredentials]

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
        let grant = Self.grants.first { $0.grantType == parameters["grant_type"] }
        do {
            let (grant, client, answer) = try await answer(grant, parameters, authorization: authorization, at: now)
            await settings.observer.observe(.tokensIssued(grant, client: client.id), at: now)
            return answer
        } catch let error as OAuthError {
            await settings.observer.observe(.tokensRefused(grant, error.code), at: now)
            throw error
        }
    }

    private func answer(
        _ grant: Grant?,
        _ parameters: RequestParameters,
        authorization: [String],
        at now: Date
    ) async throws -> (Grant, Client, TokenAnswer) {
        guard parameters.duplicates.isEmpty else {
            throw OAuthError(.invalidRequest, "a parameter was sent more than once")
        }
        guard parameters["grant_type"] != nil else {
            throw OAuthError(.invalidRequest, "grant_type is missing")
        }
        guard let grant else {
            throw OAuthError(.unsupportedGrantType, "grant_type is not one that is offered")
        }
        let client = try await ClientAuthentication(settings).client(parameters, authorization: authorization)
        guard client.grants.contains(grant) else {
            throw OAuthError(.unauthorizedClient, "this client may not use this grant")
        }
        let answer =
            switch grant {
            case .authorizationCode: try await AuthorizationCodeGrant(settings).answer(parameters, client, at: now)
            case .refreshToken: try await RefreshTokenGrant(settings).answer(parameters, client, at: now)
            case .deviceCode: try await DeviceCodeGrant(settings).answer(parameters, client, at: now)
            case .clientCredentials: try await ClientCredentialsGrant(settings).answer(client, at: now)
            case .tokenExchange: throw OAuthError(.unsupportedGrantType, "token exchange is not offered")
            }
        return (grant, client, answer)
    }
}
