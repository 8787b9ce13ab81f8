//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab

/// Addresses of the provider, below the issuer, at the paths that Dex has.
package enum ProviderEndpoint: String, Sendable, CaseIterable {
    case discovery = "/.well-known/openid-configuration"
    case authorization = "/auth"
    case token = "/token"
    case userInfo = "/userinfo"
    case keys = "/keys"
    case revocation = "/token/revoke"
    case introspection = "/token/introspect"
    case deviceAuthorization = "/device/code"
    case endSession = "/logout"
    case health = "/healthz"
    case ready = "/readyz"
    /// Pages for people.
    case device = "/device"
    case account = "/account"
    case login = "/login"

    /// The full address.
    package func url(issuer: String) -> String { issuer + rawValue }
}

/// The provider's metadata (OpenID Connect Discovery 1.0, section 3; RFC 8414; RFC 9207): what works and nothing else.
package enum DiscoveryDocument {
    /// The document of an issuer whose keys sign with `algorithms`, and whose pages speak `languages` (RFC 5646).
    package static func make(
        issuer: String,
        algorithms: Set<SigningAlgorithm>,
        languages: [String]
    ) -> JSONValue {
        let authentication: JSONValue = .strings(["client_secret_basic", "client_secret_post", "none"])
        return .object([
            "issuer": .string(issuer),
            "authorization_endpoint": .string(ProviderEndpoint.authorization.url(issuer: issuer)),
            "token_endpoint": .string(ProviderEndpoint.token.url(issuer: issuer)),
            "userinfo_endpoint": .string(ProviderEndpoint.userInfo.url(issuer: issuer)),
            "jwks_uri": .string(ProviderEndpoint.keys.url(issuer: issuer)),
            "revocation_endpoint": .string(ProviderEndpoint.revocation.url(issuer: issuer)),
            "introspection_endpoint": .string(ProviderEndpoint.introspection.url(issuer: issuer)),
            "device_authorization_endpoint": .string(ProviderEndpoint.deviceAuthorization.url(issuer: issuer)),
            "end_session_endpoint": .string(ProviderEndpoint.endSession.url(issuer: issuer)),
            "scopes_supported": .strings(Scope.allCases.map(\.rawValue)),
            "response_types_supported": .strings(["code"]),
            "response_modes_supported": .strings(AuthorizationResponse.Mode.allCases.map(\.rawValue)),
            "grant_types_supported": .strings(TokenEndpoint.grants.map(\.grantType)),
            "subject_types_supported": .strings(["public"]),
            "id_token_signing_alg_values_supported": .strings(
                SigningAlgorithm.allCases.filter { algorithms.contains($0) }.map(\.rawValue)
            ),
            "token_endpoint_auth_methods_supported": authentication,
            "revocation_endpoint_auth_methods_supported": authentication,
            "introspection_endpoint_auth_methods_supported": .strings(["client_secret_basic", "client_secret_post"]),
            "code_challenge_methods_supported": .strings(["S256"]),
            "claims_supported": .strings([
                "iss", "sub", "aud", "exp", "iat", "nbf", "jti", "auth_time", "sid", "nonce", "at_hash",
                "email", "email_verified", "name", "preferred_username", "groups",
            ]),
            "ui_locales_supported": .strings(languages),
            "backchannel_logout_supported": .bool(true),
            "backchannel_logout_session_supported": .bool(true),
            "prompt_values_supported": .strings(AuthorizationRequest.Prompt.allCases.map(\.rawValue)),
            "authorization_response_iss_parameter_supported": .bool(true),
            "claims_parameter_supported": .bool(false),
            "request_parameter_supported": .bool(false),
            // Absent would mean true.
            "request_uri_parameter_supported": .bool(false),
        ])
    }
}
