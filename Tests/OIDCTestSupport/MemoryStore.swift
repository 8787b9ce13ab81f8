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
    var sessions: [TokenDigest: Session] = [:]
    var grants: [String: AuthorizationGrant] = [:]
    var codes: [TokenDigest: (code: AuthorizationCode, isSpent: Bool)] = [:]
    var refreshTokens: [TokenDigest: RefreshToken] = [:]
    var accessTokens: [String: AccessToken] = [:]
    var ids: [String: String] = [:]
    var accounts: [String: Account] = [:]
    var persons: [String: Person] = [:]
    var links: [TokenDigest: PasswordLink] = [:]
    var devices: [TokenDigest: DeviceAuthorization] = [:]
    var notices: [String: LogoutNotice] = [:]
    var throttles: [String: ThrottleRecord] = [:]
    var keys: [SigningKeyRecord] = []
    private var clientSecrets: [String: [Secret<String>]]
    /// The audit log.
    package private(set) var entries: [AuditEntry] = []

    /// An empty store with the secrets of clients.
    package init(clientSecrets: [String: [Secret<String>]] = [:]) {
        self.clientSecrets = clientSecrets
    }

    package func secrets(for clientID: String) -> [Secret<String>] { clientSecrets[clientID] ?? [] }

    package func audit(append entry: AuditEntry) { entries.append(entry) }

    package func removeExpired(at now: Date, retention: Duration, limit: Int) -> Int {
        let before = now.addingTimeInterval(-retention.seconds)
        let known = now.addingTimeInterval(-Duration.days(180).seconds)
        var removed = 0
        func remove<Key, Value>(from table: inout [Key: Value], where isOver: (Value) -> Bool) {
            for key in table.filter({ isOver($0.value) }).keys.prefix(limit) {
                table[key] = nil
                removed += 1
            }
        }
        remove(from: &sessions) { $0.expires <= now }
        remove(from: &links) { $0.expires <= now }
        remove(from: &devices) { $0.expires <= now }
        remove(from: &codes) { $0.code.expires <= before }
        remove(from: &refreshTokens) { $0.expires <= before }
        remove(from: &accessTokens) { $0.expires <= before }
        remove(from: &notices) { $0.created <= before }
        remove(from: &throttles) { $0.updated <= before && (!$0.isKnown || $0.updated <= known) }
        let held = Set(
            codes.values.map(\.code.grantID) + refreshTokens.values.map(\.grantID) + accessTokens.values.map(\.grantID)
        )
        remove(from: &grants) { !held.contains($0.id) }
        return removed
    }

    package func counts(at now: Date) -> StoreCounts {
        let alive = Set(
            refreshTokens.values.filter { $0.used == nil && now < $0.expires }.map(\.grantID)
                + accessTokens.values.filter { $0.revoked == nil && now < $0.expires }.map(\.grantID)
        )
        return StoreCounts(
            sessions: sessions.values.count { now < $0.expires },
            grants: alive.count { grants[$0]?.revoked == nil }
        )
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

    package func addSigningKey(_ key: SigningKeyRecord, succeeding kid: String) -> Bool {
        let youngest = keys.filter { $0.algorithm == key.algorithm && $0.retired == nil }
            .max { ($0.activeFrom, $0.created) < ($1.activeFrom, $1.created) }
        guard youngest?.kid == kid else { return false }
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

extension MemoryStore {
    package func throttles(_ keys: [String]) -> [String: ThrottleRecord] {
        throttles.filter { keys.contains($0.key) }
    }

    package func addFailure(_ memories: [String: Double], at now: Date) {
        for (key, memory) in memories {
            throttles[key] = ThrottleRecord.failed(throttles[key], memory: memory, at: now)
        }
    }

    package func setThrottles(_ records: [String: ThrottleRecord]) { throttles.merge(records) { $1 } }
}
