//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// A successful answer of the token endpoint (RFC 6749, section 5.1).
package struct TokenAnswer: Sendable {
    package var accessToken: String
    /// Seconds.
    package var expiresIn: Int
    package var scopes: [Scope]
    package var idToken: String?
    package var refreshToken: String?

    /// The JSON of the answer.
    package var json: JSONValue {
        var members: [String: JSONValue] = [
            "access_token": .string(accessToken),
            "token_type": .string("Bearer"),
            "expires_in": .integer(expiresIn),
            "scope": .string(scopes.map(\.rawValue).joined(separator: " ")),
        ]
        if let idToken { members["id_token"] = .string(idToken) }
        if let refreshToken { members["refresh_token"] = .string(refreshToken) }
        return .object(members)
    }
}
