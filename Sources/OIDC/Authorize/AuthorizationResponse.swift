//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// The way back to the relying party (RFC 6749, section 4.1.2; OAuth 2.0 Form Post Response Mode).
package struct AuthorizationResponse: Sendable, Hashable {
    /// Registered with the client, byte for byte as in the request.
    package var redirectURI: String
    package var mode: Mode
    /// Comes back unchanged; never made up.
    package var state: String?
    /// In every answer, errors included (RFC 9207).
    package var issuer: String

    package enum Mode: String, Sendable, CaseIterable {
        case query
        case formPost = "form_post"
    }

    /// The parameters that bring a code.
    package func parameters(code: String) -> [RequestParameters.Pair] {
        [RequestParameters.Pair("code", code)] + common
    }

    /// The parameters that bring an error.
    package func parameters(_ error: OAuthError) -> [RequestParameters.Pair] {
        [
            RequestParameters.Pair("error", error.code.rawValue),
            RequestParameters.Pair("error_description", error.description),
        ] + common
    }

    /// The redirect URI with parameters added to its query, which is kept (RFC 6749, section 3.1.2).
    package func location(_ parameters: [RequestParameters.Pair]) -> String {
        redirectURI + (redirectURI.contains("?") ? "&" : "?") + FormEncoding.encode(parameters)
    }

    private var common: [RequestParameters.Pair] {
        (state.map { [RequestParameters.Pair("state", $0)] } ?? []) + [RequestParameters.Pair("iss", issuer)]
    }
}
