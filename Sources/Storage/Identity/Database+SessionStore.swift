//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import GRDB
package import OIDC

extension Database: SessionStore {
    package func addSession(_ session: Session) async throws {
        try await write { connection in
            try connection.execute(
                sql: """
                    INSERT INTO session (digest, sid, user_id, authenticated, created, expires)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    Data(session.id.bytes), session.sid, session.userID, session.authenticated.milliseconds,
                    session.created.milliseconds, session.expires.milliseconds,
                ]
            )
        }
    }

    package func session(_ id: TokenDigest) async throws -> Session? {
        try await read { connection in
            try Row.fetchOne(connection, sql: "SELECT * FROM session WHERE digest = ?", arguments: [Data(id.bytes)])
                .map { row in
                    Session(
                        id: id,
                        sid: row["sid"],
                        userID: row["user_id"],
                        authenticated: row.date("authenticated"),
                        created: row.date("created"),
                        expires: row.date("expires")
                    )
                }
        }
    }

    package func endSession(_ id: TokenDigest) async throws {
        try await write { connection in
            try connection.execute(sql: "DELETE FROM session WHERE digest = ?", arguments: [Data(id.bytes)])
        }
    }

    package func endSessions(userID: String) async throws {
        try await write { try Self.endSessions(userID: userID, $0) }
    }

    static func endSessions(userID: String, _ connection: Connection) throws {
        try connection.execute(sql: "DELETE FROM session WHERE user_id = ?", arguments: [userID])
    }
}
