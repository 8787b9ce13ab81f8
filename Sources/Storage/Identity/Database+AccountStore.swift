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
            try connection.execute(
                sql: "INSERT INTO user_id (email, user_id) VALUES (?, ?)",
                arguments: [email, made]
            )
            return made
        }
    }

    package func account(userID: String) async throws -> Account? {
        try await read { connection in
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

    package func setPassword(userID: String, hash: Secret<String>, at now: Date) async throws {
        try await write { try setPassword(userID: userID, hash: hash, at: now, $0) }
    }

    package func setDisabled(userID: String, _ isDisabled: Bool) async throws {
        try await write { connection in
            try connection.execute(
                sql: """
                    INSERT INTO account (user_id, disabled) VALUES (?, ?)
                    ON CONFLICT (user_id) DO UPDATE SET disabled = excluded.disabled
                    """,
                arguments: [userID, isDisabled]
            )
        }
    }

    /// Sets a password, and ends what was given under the one before.
    func setPassword(userID: String, hash: Secret<String>, at now: Date, _ connection: Connection) throws {
        try connection.execute(
            sql: """
                INSERT INTO account (user_id, password_hash, disabled, password_changed) VALUES (?, ?, 0, ?)
                ON CONFLICT (user_id) DO UPDATE
                SET password_hash = excluded.password_hash, password_changed = excluded.password_changed
                """,
            arguments: [userID, try sealer.seal(hash, for: .passwordHash(userID)), now.milliseconds]
        )
        try Self.endSessions(userID: userID, connection)
        try Self.revokeGrants(userID: userID, at: now, connection)
        try connection.execute(sql: "DELETE FROM password_link WHERE user_id = ?", arguments: [userID])
    }

    private static func userID(email: String, _ connection: Connection) throws -> String? {
        try String.fetchOne(connection, sql: "SELECT user_id FROM user_id WHERE email = ?", arguments: [email])
    }
}

extension SealedColumn {
    fileprivate static func passwordHash(_ userID: String) -> SealedColumn {
        SealedColumn(table: "account", column: "password_hash", key: userID)
    }
}
