//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import GRDB
import Lab
package import OIDC
import Support

extension Database: SigningKeyStore {
    package func signingKeys() async throws -> [SigningKeyRecord] {
        try await read { connection in
            try Row.fetchAll(connection, sql: "SELECT * FROM signing_key ORDER BY created, kid").map { row in
                let kid: String = row["kid"]
                return SigningKeyRecord(
                    kid: kid,
                    algorithm: try row.named("algorithm"),
                    privateKey: try sealer.open(row["private_key"], of: .signingKey(kid)),
                    created: row.date("created"),
                    activeFrom: row.date("active_from"),
                    retired: row.optionalDate("retired")
                )
            }
        }
    }

    package func addSigningKey(_ key: SigningKeyRecord) async throws {
        try await write { try insert(key, $0) }
    }

    package func addFirstSigningKey(_ key: SigningKeyRecord) async throws -> Bool {
        try await write { connection in
            let present = try String.fetchOne(
                connection,
                sql: "SELECT kid FROM signing_key WHERE algorithm = ? AND retired IS NULL",
                arguments: [key.algorithm.rawValue]
            )
            if present == nil { try insert(key, connection) }
            return present == nil
        }
    }

    package func addSigningKey(_ key: SigningKeyRecord, succeeding kid: String) async throws -> Bool {
        try await write { connection in
            let youngest = try String.fetchOne(
                connection,
                sql: """
                    SELECT kid FROM signing_key WHERE algorithm = ? AND retired IS NULL
                    ORDER BY active_from DESC, created DESC LIMIT 1
                    """,
                arguments: [key.algorithm.rawValue]
            )
            guard youngest == kid else { return false }
            try insert(key, connection)
            return true
        }
    }

    package func retireSigningKey(kid: String, at now: Date) async throws {
        try await write { connection in
            try connection.execute(
                sql: "UPDATE signing_key SET retired = ? WHERE kid = ? AND retired IS NULL",
                arguments: [now.milliseconds, kid]
            )
        }
    }

    package func removeSigningKey(kid: String) async throws {
        try await write { connection in
            try connection.execute(sql: "DELETE FROM signing_key WHERE kid = ?", arguments: [kid])
        }
    }

    private func insert(_ key: SigningKeyRecord, _ connection: Connection) throws {
        try connection.execute(
            sql: """
                INSERT INTO signing_key (kid, algorithm, private_key, created, active_from, retired)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                key.kid, key.algorithm.rawValue, try sealer.seal(key.privateKey, for: .signingKey(key.kid)),
                key.created.milliseconds, key.activeFrom.milliseconds, key.retired?.milliseconds,
            ]
        )
    }
}

extension SealedColumn {
    fileprivate static func signingKey(_ kid: String) -> SealedColumn {
        SealedColumn(table: "signing_key", column: "private_key", key: kid)
    }
}
