//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import GRDB
package import PKI
import Support

extension Database {
    package func revoke(_ serials: [String], reason: RevocationReason, at instant: Date) async throws -> [String] {
        try await write { connection in
            try serials.filter { serial in
                try connection.execute(
                    sql: """
                        UPDATE certificate SET revoked = ?, revocation_reason = ?
                        WHERE serial = ? AND revoked IS NULL
                        """,
                    arguments: [instant.milliseconds, reason.rawValue, serial]
                )
                return connection.changesCount > 0
            }
        }
    }

    package func revocationLists() async throws -> [StoredRevocationList] {
        try await read { connection in
            try Row.fetchAll(connection, sql: "SELECT * FROM revocation_list ORDER BY issuer_id").map(list)
        }
    }

    package func keep(_ list: StoredRevocationList) async throws -> StoredRevocationList {
        try await write { connection in
            try connection.execute(
                sql: """
                    INSERT INTO revocation_list (issuer_id, number, der, digest, this_update, next_update)
                    VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (issuer_id) DO UPDATE
                    SET number = excluded.number, der = excluded.der, digest = excluded.digest,
                        this_update = excluded.this_update, next_update = excluded.next_update
                    WHERE excluded.number > number
                    """,
                arguments: [
                    list.issuerID, list.number, Data(list.der), Data(list.digest), list.thisUpdate.milliseconds,
                    list.nextUpdate.milliseconds,
                ]
            )
            let kept = try Row.fetchOne(
                connection,
                sql: "SELECT * FROM revocation_list WHERE issuer_id = ?",
                arguments: [list.issuerID]
            )
            return kept.map(self.list) ?? list
        }
    }

    package func folders() async throws -> [CertificateFolderRecord] {
        try await read { connection in
            try Row.fetchAll(connection, sql: "SELECT * FROM certificate_folder ORDER BY created, folder").map { row in
                CertificateFolderRecord(
                    folder: row["folder"],
                    name: row["name"],
                    hasEncryptedKey: row["encrypted_key"],
                    createdAt: row.date("created")
                )
            }
        }
    }

    package func add(folders: [CertificateFolderRecord]) async throws {
        try await write { connection in
            let statement = try connection.cachedStatement(
                sql: """
                    INSERT INTO certificate_folder (folder, name, encrypted_key, created) VALUES (?, ?, ?, ?)
                    ON CONFLICT (folder) DO UPDATE SET name = excluded.name, encrypted_key = excluded.encrypted_key
                    """
            )
            for folder in folders {
                try statement.execute(
                    arguments: [folder.folder, folder.name, folder.hasEncryptedKey, folder.createdAt.milliseconds]
                )
            }
        }
    }

    package func removeFolder(_ folder: String) async throws {
        try await write { connection in
            try connection.execute(sql: "DELETE FROM certificate_folder WHERE folder = ?", arguments: [folder])
        }
    }

    private func list(_ row: Row) -> StoredRevocationList {
        StoredRevocationList(
            issuerID: row["issuer_id"],
            number: row["number"],
            der: row.bytes("der"),
            digest: row.bytes("digest"),
            thisUpdate: row.date("this_update"),
            nextUpdate: row.date("next_update")
        )
    }
}
