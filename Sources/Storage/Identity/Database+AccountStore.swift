//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import GRDB
package import OIDC
package import Support

extension Database: AccountStore {
    package func userID(email: String, made: String) async throws -> String {
        let email = email.lowercased()
        // Nearly always there already: no write lock for that.
        if let present = try await read({ try Self.userID(email: email, $0) }) { return present }
        return try await write { connection in
            if let present = try Self.userID(email: email, connection) { return present }
            try Self.insert(userID: made, email: email, connection)
            return made
        }
    }

    package func account(userID: String) async throws -> Account? {
        try await read { try account(userID: userID, $0) }
    }

    package func setPassword(
        userID: String,
        hash: Secret<String>,
        replacing old: Secret<String>?,
        keeping kept: TokenDigest?,
        notifying clients: Set<String>,
        at now: Date
    ) async throws -> Bool {
        try await write { connection in
            if let old, try account(userID: userID, connection)?.passwordHash != old { return false }
            try setPassword(userID: userID, hash: hash, keeping: kept, notifying: clients, at: now, connection)
            return true
        }
    }

    package func replaceHash(userID: String, old: Secret<String>, new: Secret<String>) async throws {
        try await write { connection in
            guard try account(userID: userID, connection)?.passwordHash == old else { return }
            try connection.execute(
                sql: "UPDATE account SET password_hash = ? WHERE user_id = ?",
                arguments: [try sealer.seal(new, for: .passwordHash(userID)), userID]
            )
        }
    }

    package func setDisabled(
        userID: String,
        _ isDisabled: Bool,
        notifying clients: Set<String>,
        at now: Date
    ) async throws {
        try await write { connection in
            try connection.execute(
                sql: """
                    INSERT INTO account (user_id, disabled) VALUES (?, ?)
                    ON CONFLICT (user_id) DO UPDATE SET disabled = excluded.disabled
                    """,
                arguments: [userID, isDisabled]
            )
            if isDisabled {
                try Self.endAll(userID: userID, except: nil, notifying: clients, at: now, connection)
            }
        }
    }

    /// Sets a password, and ends what was given under the one before.
    func setPassword(
        userID: String,
        hash: Secret<String>,
        keeping kept: TokenDigest?,
        notifying clients: Set<String>,
        at now: Date,
        _ connection: Connection
    ) throws {
        try connection.execute(
            sql: """
                INSERT INTO account (user_id, password_hash, disabled, password_changed) VALUES (?, ?, 0, ?)
                ON CONFLICT (user_id) DO UPDATE
                SET password_hash = excluded.password_hash, password_changed = excluded.password_changed
                """,
            arguments: [userID, try sealer.seal(hash, for: .passwordHash(userID)), now.milliseconds]
        )
        try Self.endAll(userID: userID, except: kept, notifying: clients, at: now, connection)
    }

    /// Ends sessions, grants and the one-time link of a user, and what they have let in.
    static func endAll(
        userID: String,
        except kept: TokenDigest?,
        notifying clients: Set<String>,
        at now: Date,
        _ connection: Connection
    ) throws {
        try endSessions(userID: userID, except: kept, notifying: clients, at: now, connection)
        try revokeGrants(userID: userID, at: now, connection)
        try connection.execute(sql: "DELETE FROM password_link WHERE user_id = ?", arguments: [userID])
        // A device that was let in and has not fetched its tokens yet.
        try connection.execute(
            sql: """
                UPDATE device_authorization SET decision = 'denied', user_id = NULL, authenticated = NULL
                WHERE user_id = ?
                """,
            arguments: [userID]
        )
    }

    static func insert(userID: String, email: String, _ connection: Connection) throws {
        try connection.execute(
            sql: "INSERT INTO user_id (email, user_id) VALUES (?, ?)",
            arguments: [email.lowercased(), userID]
        )
    }

    static func userID(email: String, _ connection: Connection) throws -> String? {
        try String.fetchOne(
            connection,
            sql: "SELECT user_id FROM user_id WHERE email = ?",
            arguments: [email.lowercased()]
        )
    }

    private func account(userID: String, _ connection: Connection) throws -> Account? {
        try Row.fetchOne(connection, sql: "SELECT * FROM account WHERE user_id = ?", arguments: [userID])
            .map { row in
                let hash: Data? = row["password_hash"]
                return Account(
                    userID: userID,
                    passwordHash: try hash.map { try sealer.openText($0, of: .passwordHash(userID)) },
                    isDisabled: row["disabled"],
                    passwordChanged: row.optionalDate("password_changed")
                )
            }
    }
}

extension SealedColumn {
    fileprivate static func passwordHash(_ userID: String) -> SealedColumn {
        SealedColumn(table: "account", column: "password_hash", key: userID)
    }
}
