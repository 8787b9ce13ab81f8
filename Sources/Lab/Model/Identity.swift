//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// `identity`: the built-in identity provider, or the Dex that followed it.
package struct Identity: Sendable {
    package var provider: Provider
    /// Issuer identifier as configured, byte for byte; `https`, no query, no fragment, no slash at the end.
    package var issuer: String
    /// Where the issuer's name points until hand-over; required unless the issuer is loopback.
    package var address: String?
    package var listen: Endpoint
    /// Whether a reverse proxy stands in front, so that `listen` may differ from the issuer's port.
    package var isProxied: Bool
    package var trustedProxies: [AddressRange]
    package var metrics: Endpoint?
    package var lifetimes: Lifetimes
    package var keyRotation: Duration
    /// Groups whose members administer kindling.
    package var administrators: [String]
    /// A file of refused passwords, relative to lab.yaml.
    package var refusedPasswords: String?
    package var connectors: [Connector]

    package enum Provider: String, Sendable, CaseIterable {
        case kindling, dex
    }

    /// Host of the issuer, without port, lower case.
    package var issuerHost: String
    /// Port of the issuer; 443 where it names none.
    package var issuerPort: Int
    /// Whether the issuer's host is `localhost` or a loopback address.
    package var isLoopback: Bool
    /// Path of the issuer without a slash at the end; empty for none.
    package var issuerPath: String
}

/// How long things live.
package struct Lifetimes: Sendable, Hashable {
    package var code: Duration
    package var idToken: Duration
    package var accessToken: Duration
    package var refreshToken: Duration
    package var refreshReuseGrace: Duration
    package var session: Duration

    package static let standard = Lifetimes(
        code: .seconds(60),
        idToken: .seconds(3_600),
        accessToken: .seconds(3_600),
        refreshToken: .seconds(30 * 86_400),
        refreshReuseGrace: .zero,
        session: .seconds(12 * 3_600)
    )
}

/// An upstream provider.
package struct Connector: Sendable, Hashable {
    package var type: Kind
    package var id: String
    package var name: String
    package var url: String
    package var clientID: String
    /// Name of the client secret in the state.
    package var secret: String
    package var orgs: [String]
    /// PEM file of a CA of its own, relative to lab.yaml.
    package var rootCA: String?

    package enum Kind: String, Sendable, CaseIterable {
        case gitea, oidc
    }
}

/// A person. The password lives in the state.
package struct User: Sendable, Hashable {
    package var email: String
    package var username: String
    package var name: String
    package var groups: [String]
    /// Stable identity, part of `sub`; `nil`: made once and kept in the state.
    package var id: String?
    /// Account on the machines; `nil`: none.
    package var account: Account?

    /// An account on the machines, under the user name.
    package struct Account: Sendable, Hashable {
        /// Path of the login shell.
        package var shell: String
        /// Whether it may become root.
        package var maySudo: Bool
        /// Public keys.
        package var sshKeys: [String]
    }
}
