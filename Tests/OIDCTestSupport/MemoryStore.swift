//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import OIDC
package import Support

/// A store that forgets everything at exit: the reference for what the protocols mean, and what tests run on.
package actor MemoryStore: OIDCStore, ClientCredentials {
    private var sessions: [TokenDigest: Session] = [:]
    private var grants: [String: AuthorizationGrant] = [:]
    private var codes: [TokenDigest: (code: AuthorizationCode, isSpent: Bool)] = [:]
    private var refreshTokens: [TokenDigest: RefreshToken] = [:]
    private var accessTokens: [String: AccessToken] = [:]
    private var ids: [String: String] = [:]
    private var accounts: [String: Account] = [:]
    private var links: [TokenDigest: PasswordLink] = [:]
    private var keys: [SigningKeyRecord] = []
    private var clientSecrets: [String: [Secret<String>]]

    /// An empty store with the secrets of clients.
    package init(clientSecrets: [String: [Secret<String>]] = [:]) {
        self.clientSecrets = clientSecrets
    }

    package func secrets(for clientID: String) -> [Secret<String>] { clientSecrets[clientID] ?? [] }

    package func removeExpired(at now: Date, retention: Duration) {
        sessions = sessions.filter { now < $0.value.expires }
        links = links.filter { now < $0.value.expires }
        let limit = now.addingTimeInterval(-retention.seconds)
        codes = codes.filter { limit < $0.value.code.expires }
        refreshTokens = refreshTokens.filter { limit < $0.value.expires }
        accessTokens = accessTokens.filter { limit < $0.value.expires }
        let held = Set(
            codes.values.map(\.code.grantID) + refreshTokens.values.map(\.grantID) + accessTokens.values.map(\.grantID)
        )
        grants = grants.filter { held.contains($0.key) }
    }
}

extension MemoryStore {
    package func addSession(_ session: Session) { sessions[session.id] = session }

    package func session(_ id: TokenDigest) -> Session? { sessions[id] }

    package func endSession(_ id: TokenDigest) { sessions[id] = nil }

    package func endSessions(userID: String) { sessions = sessions.filter { $0.value.userID != userID } }
}

extension MemoryStore {
    package func addCode(_ code: AuthorizationCode, of grant: AuthorizationGrant) {
        grants[grant.id] = grant
        codes[code.digest] = (code, false)
    }

    package func consumeCode(_ digest: TokenDigest, at now: Date) -> CodeRedemption {
        guard let entry = codes[digest], let grant = grants[entry.code.grantID] else { return .unknown }
        if entry.isSpent {
            revokeGrant(grant.id, at: now)
            return .replayed(grantID: grant.id)
        }
        codes[digest] = (entry.code, true)
        return .fresh(entry.code, grant)
    }

    package func addTokens(access: AccessToken, refresh: RefreshToken?) {
        accessTokens[access.id] = access
        if let refresh { refreshTokens[refresh.digest] = refresh }
    }

    package func refreshToken(_ digest: TokenDigest) -> (token: RefreshToken, grant: AuthorizationGrant)? {
        guard let token = refreshTokens[digest], let grant = grants[token.grantID] else { return nil }
        return (token, grant)
    }

    package func rotateRefreshToken(
        _ digest: TokenDigest,
        to successor: RefreshToken,
        access: AccessToken,
        grace: Duration,
        at now: Date
    ) -> RefreshRotation {
        guard let token = refreshTokens[digest], let grant = grants[token.grantID], grant.revoked == nil else {
            return .unknown
        }
        if let used = token.used, grace == .zero || now.timeIntervalSince(used) > grace.seconds {
            revokeGrant(grant.id, at: now)
            return .reused(grantID: grant.id)
        }
        refreshTokens[digest]?.used = token.used ?? now
        addTokens(access: access, refresh: successor)
        return .rotated
    }

    package func accessToken(_ id: String) -> (token: AccessToken, grant: AuthorizationGrant)? {
        guard let token = accessTokens[id], let grant = grants[token.grantID] else { return nil }
        return (token, grant)
    }

    package func revokeAccessToken(_ id: String, at now: Date) {
        if accessTokens[id]?.revoked == nil { accessTokens[id]?.revoked = now }
    }

    package func revokeGrant(_ id: String, at now: Date) {
        if grants[id]?.revoked == nil { grants[id]?.revoked = now }
    }

    package func revokeGrants(userID: String, at now: Date) {
        for grant in grants.values where grant.userID == userID { revokeGrant(grant.id, at: now) }
    }

    package func revokeOnlineGrants(sid: String, at now: Date) {
        for grant in grants.values where grant.sid == sid && !grant.scopes.contains(Scope.offlineAccess.rawValue) {
            revokeGrant(grant.id, at: now)
        }
    }
}

extension MemoryStore {
    package func userID(email: String, made: String) -> String {
        if let id = ids[email.lowercased()] { return id }
        ids[email.lowercased()] = made
        return made
    }

    package func account(userID: String) -> Account? { accounts[userID] }

    package func setPassword(userID: String, hash: Secret<String>, at now: Date) {
        accounts[userID] = Account(
            userID: userID,
            passwordHash: hash,
            isDisabled: accounts[userID]?.isDisabled ?? false,
            passwordChanged: now
        )
        endSessions(userID: userID)
        revokeGrants(userID: userID, at: now)
        links = links.filter { $0.value.userID != userID }
    }

    package func setDisabled(userID: String, _ isDisabled: Bool) {
        var account =
            accounts[userID]
            ?? Account(userID: userID, passwordHash: nil, isDisabled: isDisabled, passwordChanged: nil)
        account.isDisabled = isDisabled
        accounts[userID] = account
    }

    package func addLink(_ link: PasswordLink) {
        links = links.filter { $0.value.userID != link.userID }
        links[link.digest] = link
    }

    package func link(_ digest: TokenDigest) -> PasswordLink? { links[digest] }

    package func redeemLink(_ digest: TokenDigest, passwordHash: Secret<String>, at now: Date) -> Bool {
        guard let link = links[digest], now < link.expires else { return false }
        setPassword(userID: link.userID, hash: passwordHash, at: now)
        return true
    }
}

extension MemoryStore {
    package func signingKeys() -> [SigningKeyRecord] { keys }

    package func addSigningKey(_ key: SigningKeyRecord) { keys.append(key) }

    package func addFirstSigningKey(_ key: SigningKeyRecord) -> Bool {
        guard !keys.contains(where: { $0.algorithm == key.algorithm && $0.retired == nil }) else { return false }
        keys.append(key)
        return true
    }

    package func retireSigningKey(kid: String, at now: Date) {
        keys = keys.map { key in
            var key = key
            if key.kid == kid { key.retired = key.retired ?? now }
            return key
        }
    }

    package func removeSigningKey(kid: String) { keys.removeAll { $0.kid == kid } }
}
