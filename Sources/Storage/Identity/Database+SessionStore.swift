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

extension Database: SessionStore {
    package func addSession(
        _ session: Session,
        replacing earlier: TokenDigest?,
        notifying clients: Set<String>
    ) async throws {
        try await write { connection in
            if let earlier, let old = try Self.session(earlier, connection) {
                if old.sid == session.sid {
                    try Self.forgetSession(earlier, connection)
                } else {
                    try Self.end([old], notifying: clients, at: session.created, connection)
                }
            }
            try connection.execute(
                sql: """
                    INSERT INTO session (digest, sid, user_id, authenticated, created, expires, address, agent)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    Data(session.id.bytes), session.sid, session.userID, session.authenticated.milliseconds,
                    session.created.milliseconds, session.expires.milliseconds, session.address, session.agent,
                ]
            )
        }
    }

    package func session(_ id: TokenDigest) async throws -> Session? {
        try await read { try Self.session(id, $0) }
    }

    package func sessions(userID: String) async throws -> [Session] {
        try await read { try Self.sessions(userID: userID, $0) }
    }

    package func endSession(_ id: TokenDigest, notifying clients: Set<String>, at now: Date) async throws {
        try await write { connection in
            guard let session = try Self.session(id, connection) else { return }
            try Self.end([session], notifying: clients, at: now, connection)
        }
    }

    package func endSessions(
        userID: String,
        except kept: TokenDigest?,
        notifying clients: Set<String>,
        at now: Date
    ) async throws {
        try await write {
            try Self.endSessions(userID: userID, except: kept, notifying: clients, at: now, $0)
        }
    }

    static func endSessions(
        userID: String,
        except kept: TokenDigest?,
        notifying clients: Set<String>,
        at now: Date,
        _ connection: Connection
    ) throws {
        let ended = try sessions(userID: userID, connection).filter { $0.id != kept }
        try end(ended, notifying: clients, at: now, connection)
    }

    /// Ends sessions with their grants, and leaves notices for the clients that are to be told.
    private static func end(
        _ sessions: [Session],
        notifying clients: Set<String>,
        at now: Date,
        _ connection: Connection
    ) throws {
        for session in sessions {
            try forgetSession(session.id, connection)
            let known = try String.fetchSet(
                connection,
                sql: "SELECT DISTINCT client_id FROM authorization_grant WHERE sid = ?",
                arguments: [session.sid]
            )
            for client in known.intersection(clients).sorted() {
                try connection.execute(
                    sql: """
                        INSERT INTO logout_notice (id, client_id, sid, user_id, created, attempts, due)
                        VALUES (lower(hex(randomblob(16))), ?, ?, ?, ?, 0, ?)
                        """,
                    arguments: [client, session.sid, session.userID, now.milliseconds, now.milliseconds]
                )
            }
            try connection.execute(
                sql: """
                    UPDATE authorization_grant SET revoked = ?
                    WHERE sid = ? AND revoked IS NULL AND ' ' || scopes || ' ' NOT LIKE '% offline_access %'
                    """,
                arguments: [now.milliseconds, session.sid]
            )
        }
    }

    private static func forgetSession(_ id: TokenDigest, _ connection: Connection) throws {
        try connection.execute(sql: "DELETE FROM session WHERE digest = ?", arguments: [Data(id.bytes)])
    }

    private static func session(_ id: TokenDigest, _ connection: Connection) throws -> Session? {
        try Row.fetchOne(connection, sql: "SELECT * FROM session WHERE digest = ?", arguments: [Data(id.bytes)])
            .map { Session($0) }
    }

    private static func sessions(userID: String, _ connection: Connection) throws -> [Session] {
        try Row.fetchAll(
            connection,
            sql: "SELECT * FROM session WHERE user_id = ? ORDER BY created DESC, digest",
            arguments: [userID]
        ).map { Session($0) }
    }
}

extension Session {
    fileprivate init(_ row: Row) {
        self.init(
            id: TokenDigest(stored: row.bytes("digest")),
            sid: row["sid"],
            userID: row["user_id"],
            authenticated: row.date("authenticated"),
            created: row.date("created"),
            expires: row.date("expires"),
            address: row["address"],
            agent: row["agent"]
        )
    }
}
