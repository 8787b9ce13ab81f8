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

extension Database: LogoutNoticeStore {
    package func logoutNotices(dueAt now: Date, limit: Int) async throws -> [LogoutNotice] {
        try await read { connection in
            try Row.fetchAll(
                connection,
                sql: "SELECT * FROM logout_notice WHERE due <= ? ORDER BY due, id LIMIT ?",
                arguments: [now.milliseconds, limit]
            ).map { row in
                LogoutNotice(
                    id: row["id"],
                    clientID: row["client_id"],
                    sid: row["sid"],
                    userID: row["user_id"],
                    created: row.date("created"),
                    attempts: row["attempts"],
                    due: row.date("due")
                )
            }
        }
    }

    package func postponeLogoutNotice(_ id: String, until due: Date) async throws {
        try await write { connection in
            try connection.execute(
                sql: "UPDATE logout_notice SET attempts = attempts + 1, due = ? WHERE id = ?",
                arguments: [due.milliseconds, id]
            )
        }
    }

    package func removeLogoutNotice(_ id: String) async throws {
        try await write { connection in
            try connection.execute(sql: "DELETE FROM logout_notice WHERE id = ?", arguments: [id])
        }
    }
}
