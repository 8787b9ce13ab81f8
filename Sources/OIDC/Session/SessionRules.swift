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

    /// Where a sign-in came from, to be shown to the user later.
    package struct Origin: Sendable, Hashable {
        package var address: String
        package var agent: String

        package init(address: String = "", agent: String = "") {
            self.address = address
            // What a browser says of itself is shown to people: no more than they can read.
            self.agent = String(
                String.UnicodeScalarView(agent.unicodeScalars.filter { (0x20..<0x7f).contains($0.value) }.prefix(256))
            )
        }
    }

    /// Begins a session for a user who has just authenticated: with the password, and with whatever second step is asked
    /// for between password and session. It has a new id always, so that an id planted before the login is worth nothing;
    /// the browser's previous session ends. After the second login of the same user in the same browser the `sid` stays.
    package func begin(
        for user: DirectoryUser,
        replacing previous: Secret<String>?,
        from origin: Origin = Origin(),
        at now: Date
    ) async throws -> (session: Session, value: Secret<String>) {
        let value = BearerValue.make(settings.random)
        var sid = Encoding.base64URL(settings.random.bytes(16))
        let earlier = previous.map { TokenDigest(of: $0) }
        if let earlier, let old = try await settings.store.session(earlier), old.userID == user.id, now < old.expires {
            sid = old.sid
        }
        let session = Session(
            id: TokenDigest(of: value),
            sid: sid,
            userID: user.id,
            authenticated: Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down)),
            created: now,
            expires: now.addingTimeInterval(settings.lifetimes.session.seconds),
            address: origin.address,
            agent: origin.agent
        )
        try await settings.store.addSession(session, replacing: earlier, notifying: settings.notified)
        return (session, value)
    }

    /// Ends a session and the grants that do not outlive it; relying parties that want to know are told.
    package func end(_ session: Session, at now: Date) async throws {
        try await settings.store.endSession(session.id, notifying: settings.notified, at: now)
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
        guard let hint, let token = await settings.keys.verify(hint, isHint: true, at: now),
            token.type == TokenClaims.idTokenType,
            token.text("iss") == settings.issuer
        else { return nil }
        return token.text("sub")
    }
}
