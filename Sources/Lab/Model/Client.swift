//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// A relying party, with the preset of its app filled in.
package struct Client: Sendable, Hashable {
    /// `client_id`.
    package var id: String
    /// The app whose preset it came from; `nil` for one that is written out.
    package var app: App?
    /// Name that people see.
    package var name: String
    /// Base URLs of the app, `https://host[:port]`, without a slash at the end.
    package var urls: [String]
    /// Whether it has no secret.
    package var isPublic: Bool
    /// Exact redirect URIs; loopback ones match any port (RFC 8252, section 7.3).
    package var redirectURIs: [String]
    package var postLogoutRedirectURIs: [String]
    package var backchannelLogoutURI: String?
    package var grants: [Grant]
    /// Only these groups reach the client; empty: all.
    package var groups: [String]
    package var consent: Consent
    package var algorithm: SigningAlgorithm
    /// Whether PKCE is demanded; always for public clients.
    package var requiresPKCE: Bool
    /// The app's roles and the groups that have them, in the order written.
    package var roles: [Role]
    /// Scopes that the app asks for.
    package var scopes: [String]

    /// A role of the app and its groups.
    package struct Role: Sendable, Hashable {
        package var name: String
        package var groups: [String]

        package init(name: String, groups: [String]) {
            self.name = name
            self.groups = groups
        }
    }

    package enum Consent: String, Sendable, CaseIterable {
        case skip, ask
    }
}

/// Grant types, by their short names in lab.yaml.
package enum Grant: String, Sendable, CaseIterable {
    case authorizationCode = "authorization_code"
    case refreshToken = "refresh_token"
    case deviceCode = "device_code"
    case clientCredentials = "client_credentials"
    case tokenExchange = "token_exchange"
}

/// Algorithms of token signatures (RFC 7518, section 3.1).
package enum SigningAlgorithm: String, Sendable, CaseIterable {
    case rs256 = "RS256"
    case es256 = "ES256"
}
