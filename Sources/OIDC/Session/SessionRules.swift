//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import Lab
package import Support

/// Beginning and end of sessions.
package struct SessionRules: Sendable {
    private let settings: ProviderSettings

    package init(_ settings: ProviderSettings) {
        self.settings = settings
    }

    /// The session of a cookie's value with its user; `nil` when it is unknown or over, or the user is gone or disabled.
    package func current(
        _ value: Secret<String>?,
        at now: Date
    ) async throws -> (session: Session, user: DirectoryUser)? {
        guard let value, let session = try await settings.store.session(TokenDigest(of: value)), now < session.expires,
            let user = try await settings.activeUser(id: session.userID)
        else { return nil }
        return (session, user)
    }

    /// Begins a session for a user who has just authenticated. It has a new id always, so that an id planted before the
    /// login is worth nothing; the browser's previous session ends. After the second login of the same user in the same
    /// browser the `sid` stays.
    package func begin(
        for user: DirectoryUser,
        replacing previous: Secret<String>?,
        at now: Date
    ) async throws -> (session: Session, value: Secret<String>) {
        let value = BearerValue.make(settings.random)
        var sid = Encoding.base64URL(settings.random.bytes(16))
        if let previous, let old = try await settings.store.session(TokenDigest(of: previous)) {
            if old.userID == user.id, now < old.expires {
                sid = old.sid
                try await settings.store.endSession(old.id)
            } else {
                try await end(old, at: now)
            }
        }
        let session = Session(
            id: TokenDigest(of: value),
            sid: sid,
            userID: user.id,
            authenticated: Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down)),
            created: now,
            expires: now.addingTimeInterval(settings.lifetimes.session.seconds)
        )
        try await settings.store.addSession(session)
        return (session, value)
    }

    /// Ends a session and the grants that do not outlive it.
    package func end(_ session: Session, at now: Date) async throws {
        try await settings.store.endSession(session.id)
        try await settings.store.revokeOnlineGrants(sid: session.sid, at: now)
    }

    /// Gives the code that answers an authorization request.
    package func issueCode(
        for request: AuthorizationRequest,
        _ session: Session,
        at now: Date
    ) async throws -> Secret<String> {
        let value = BearerValue.make(settings.random)
        let grant = AuthorizationGrant(
            id: Encoding.base64URL(settings.random.bytes(16)),
            clientID: request.client.id,
            userID: session.userID,
            scopes: request.scopes.map(\.rawValue),
            authenticated: session.authenticated,
            sid: session.sid,
            created: now
        )
        let code = AuthorizationCode(
            digest: TokenDigest(of: value),
            grantID: grant.id,
            redirectURI: request.response.redirectURI,
            nonce: request.nonce,
            codeChallenge: request.codeChallenge,
            expires: now.addingTimeInterval(settings.lifetimes.code.seconds)
        )
        try await settings.store.addCode(code, of: grant)
        return value
    }

    /// The subject of a genuine `id_token_hint`, which may have expired.
    package func hintedSubject(_ hint: String?, at now: Date) async -> String? {
        guard let hint, let token = await settings.keys.verify(hint, at: now), token.type == TokenClaims.idTokenType,
            token.text("iss") == settings.issuer
        else { return nil }
        return token.text("sub")
    }
}
