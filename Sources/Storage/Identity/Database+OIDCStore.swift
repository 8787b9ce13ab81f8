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
import Secrets
package import Support

extension Database: OIDCStore {
    package func removeExpired(at now: Date, retention: Duration, limit: Int) async throws -> Int {
        let (now, before) = (now.milliseconds, now.addingTimeInterval(-retention.seconds).milliseconds)
        // A transaction each: others get their turn between them.
        var removed = 0
        for table in ["session", "password_link", "device_authorization"] {
            removed += try await remove(table, where: "expires <= \(now)", limit)
        }
        for table in ["authorization_code", "refresh_token", "access_token"] {
            removed += try await remove(table, where: "expires <= \(before)", limit)
        }
        removed += try await remove("logout_notice", where: "created <= \(before)", limit)
        // A known address is worth remembering for longer; it keeps a place for the owner of an account.
        let known = Int64(Duration.days(180).seconds * 1_000)
        removed += try await remove(
            "throttle",
            where: "updated <= \(before) AND (known = 0 OR updated <= \(now - known))",
            limit
        )
        removed += try await remove(
            "authorization_grant",
            where: """
                NOT EXISTS (SELECT 1 FROM authorization_code WHERE grant_id = authorization_grant.id)
                AND NOT EXISTS (SELECT 1 FROM refresh_token WHERE grant_id = authorization_grant.id)
                AND NOT EXISTS (SELECT 1 FROM access_token WHERE grant_id = authorization_grant.id)
                """,
            limit
        )
        return removed
    }

    package func counts(at now: Date) async throws -> StoreCounts {
        let now = now.milliseconds
        return try await read { connection in
            let sessions = try Int.fetchOne(
                connection,
                sql: "SELECT count(*) FROM session WHERE expires > ?",
                arguments: [now]
            )
            let grants = try Int.fetchOne(
                connection,
                sql: """
                    SELECT count(*) FROM authorization_grant WHERE revoked IS NULL AND (
                        EXISTS (SELECT 1 FROM refresh_token
                            WHERE grant_id = authorization_grant.id AND used IS NULL AND expires > ?)
                        OR EXISTS (SELECT 1 FROM access_token
                            WHERE grant_id = authorization_grant.id AND revoked IS NULL AND expires > ?)
                    )
                    """,
                arguments: [now, now]
            )
            return StoreCounts(sessions: sessions ?? 0, grants: grants ?? 0)
        }
    }

    /// Removes rows of a table; both texts are of this file alone.
    private func remove(_ table: String, where condition: String, _ limit: Int) async throws -> Int {
        // Looked for first: a write transaction would keep other writers waiting for nothing.
        let isAny = try await read { connection in
            try Bool.fetchOne(connection, sql: "SELECT EXISTS (SELECT 1 FROM \(table) WHERE \(condition))")
        }
        guard isAny == true else { return 0 }
        return try await write { connection in
            try connection.execute(
                sql:
                    "DELETE FROM \(table) WHERE rowid IN (SELECT rowid FROM \(table) WHERE \(condition) LIMIT \(limit))"
            )
            return connection.changesCount
        }
    }
}

extension Database: ClientCredentials {
    package func secrets(for clientID: String) async throws -> [Secret<String>] {
        try await clientSecrets(of: clientID).map(\.value)
    }
}
