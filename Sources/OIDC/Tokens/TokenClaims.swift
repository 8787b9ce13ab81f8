//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
package import FoundationEssentials
import Support

/// What tokens say (OpenID Connect Core 1.0, sections 2 and 5.4; RFC 9068).
package enum TokenClaims {
    /// `typ` of an ID token.
    package static let idTokenType = "JWT"
    /// `typ` of an access token (RFC 9068, section 2.1).
    package static let accessTokenType = "at+jwt"

    /// `typ` of a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4).
    package static let logoutTokenType = "logout+jwt"

    /// What a token is made for.
    package struct Context: Sendable {
        package var issuer: String
        package var clientID: String
        package var party: Party
        package var scopes: [Scope]
        package var issued: Date

        package init(issuer: String, clientID: String, party: Party, scopes: [Scope], issued: Date) {
            self.issuer = issuer
            self.clientID = clientID
            self.party = party
            self.scopes = scopes
            self.issued = issued
        }
    }

    /// Whom a token is about.
    package enum Party: Sendable {
        /// A person, when they authenticated, and in which session.
        case user(DirectoryUser, authenticated: Date, sid: String)
        /// The client itself (RFC 6749, section 4.4). No person can have its id for a subject: those are longer than they
        /// look, see ``Subject``.
        case client
    }

    /// The claims of an ID token; `nonce` only when the request had one.
    package static func idToken(
        _ context: Context,
        id: String,
        nonce: String?,
        accessToken: String,
        lifetime: Duration
    ) -> [String: JSONValue] {
        var claims = common(context, id: id, lifetime: lifetime)
        claims["at_hash"] = .string(halfHash(accessToken))
        if let nonce { claims["nonce"] = .string(nonce) }
        return claims
    }

    /// The claims of an access token: of the shape that Dex gives it, so that a cluster can be asked with it.
    package static func accessToken(_ context: Context, id: String, lifetime: Duration) -> [String: JSONValue] {
        var claims = common(context, id: id, lifetime: lifetime)
        claims["client_id"] = .string(context.clientID)
        claims["scope"] = .string(context.scopes.map(\.rawValue).joined(separator: " "))
        return claims
    }

    /// The claims about a person that the scopes open. Nothing empty is emitted: kube-apiserver would take an empty
    /// e-mail address for a user name.
    package static func about(_ user: DirectoryUser, _ scopes: [Scope]) -> [String: JSONValue] {
        var claims: [String: JSONValue] = ["sub": .string(user.subject)]
        if scopes.contains(.email), !user.email.isEmpty {
            claims["email"] = .string(user.email)
            claims["email_verified"] = .bool(true)
        }
        if scopes.contains(.profile) {
            if !user.name.isEmpty, !DirectoryUser.isReserved(user.name) { claims["name"] = .string(user.name) }
            if !user.username.isEmpty { claims["preferred_username"] = .string(user.username) }
        }
        let groups = user.groups.filter { !DirectoryUser.isReserved($0) }
        if scopes.contains(.groups), !groups.isEmpty { claims["groups"] = .strings(groups) }
        return claims
    }

    /// Left half of the SHA-256 of a token (OpenID Connect Core 1.0, section 3.1.3.6).
    package static func halfHash(_ token: String) -> String {
        Encoding.base64URL(Array(SHA256.hash(data: Array(token.utf8)))[..<16])
    }

    /// The claims of a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4): never a `nonce`, so that it is
    /// not taken for an ID token.
    package static func logoutToken(
        issuer: String,
        clientID: String,
        subject: String,
        sid: String,
        id: String,
        issued: Date
    ) -> [String: JSONValue] {
        let now = seconds(issued)
        return [
            "iss": .string(issuer),
            "aud": .string(clientID),
            "sub": .string(subject),
            "sid": .string(sid),
            "iat": .integer(now),
            "exp": .integer(now + 120),
            "jti": .string(id),
            "events": .object(["http://schemas.openid.net/event/backchannel-logout": .object([:])]),
        ]
    }

    private static func common(_ context: Context, id: String, lifetime: Duration) -> [String: JSONValue] {
        let issued = seconds(context.issued)
        var claims: [String: JSONValue]
        switch context.party {
        case .user(let user, let authenticated, let sid):
            claims = about(user, context.scopes)
            claims["auth_time"] = .integer(seconds(authenticated))
            claims["sid"] = .string(sid)
        case .client:
            claims = ["sub": .string(context.clientID)]
        }
        claims["iss"] = .string(context.issuer)
        claims["aud"] = .string(context.clientID)
        claims["iat"] = .integer(issued)
        claims["nbf"] = .integer(issued)
        claims["exp"] = .integer(issued + Int(lifetime.seconds))
        claims["jti"] = .string(id)
        return claims
    }

    /// Whole seconds: some verifiers refuse fractions.
    static func seconds(_ date: Date) -> Int { Int(date.timeIntervalSince1970.rounded(.down)) }
}
