//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import GRDB
import OIDC
import Support

/// The statements that several transactions of ``GrantStore`` share.
extension Database {
    static func grant(_ id: String, _ connection: Connection) throws -> AuthorizationGrant? {
        try Row.fetchOne(connection, sql: "SELECT * FROM authorization_grant WHERE id = ?", arguments: [id])
            .map { AuthorizationGrant($0) }
    }

    static func refreshToken(
        _ digest: TokenDigest,
        _ connection: Connection
    ) throws -> (token: RefreshToken, grant: AuthorizationGrant)? {
        let row = try Row.fetchOne(
            connection,
            sql: "SELECT * FROM refresh_token WHERE digest = ?",
            arguments: [Data(digest.bytes)]
        )
        guard let row, let grant = try grant(row["grant_id"], connection) else { return nil }
        return (RefreshToken(row), grant)
    }

    static func consumeCode(
        _ digest: TokenDigest,
        at now: Date,
        _ connection: Connection
    ) throws -> CodeRedemption {
        let row = try Row.fetchOne(
            connection,
            sql: "SELECT * FROM authorization_code WHERE digest = ?",
            arguments: [Data(digest.bytes)]
        )
        guard let row, let grant = try grant(row["grant_id"], connection) else { return .unknown }
        guard row.optionalDate("used") == nil else {
            try revokeGrant(grant.id, at: now, connection)
            return .replayed(grantID: grant.id, clientID: grant.clientID)
        }
        try connection.execute(
            sql: "UPDATE authorization_code SET used = ? WHERE digest = ?",
            arguments: [now.milliseconds, Data(digest.bytes)]
        )
        return .fresh(AuthorizationCode(row), grant)
    }

    /// Codes and tokens of a revoked grant are judged by the grant: none of their rows changes.
    static func revokeGrant(_ id: String, at now: Date, _ connection: Connection) throws {
        try connection.execute(
            sql: "UPDATE authorization_grant SET revoked = ? WHERE id = ? AND revoked IS NULL",
            arguments: [now.milliseconds, id]
        )
    }

    static func revokeGrants(userID: String, at now: Date, _ connection: Connection) throws {
        try connection.execute(
            sql: "UPDATE authorization_grant SET revoked = ? WHERE user_id = ? AND revoked IS NULL",
            arguments: [now.milliseconds, userID]
        )
    }

    static func insert(_ grant: AuthorizationGrant, _ connection: Connection) throws {
        try connection.execute(
            sql: """
                INSERT INTO authorization_grant (
                    id, client_id, user_id, scopes, authenticated, sid, created, revoked
                )
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                grant.id, grant.clientID, grant.userID ?? "", grant.scopes.joined(separator: " "),
                grant.authenticated.milliseconds, grant.sid, grant.created.milliseconds, grant.revoked?.milliseconds,
            ]
        )
    }

    static func insert(_ code: AuthorizationCode, _ connection: Connection) throws {
        try connection.execute(
            sql: """
                INSERT INTO authorization_code (digest, grant_id, redirect_uri, nonce, code_challenge, expires)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                Data(code.digest.bytes), code.grantID, code.redirectURI, code.nonce, code.codeChallenge,
                code.expires.milliseconds,
            ]
        )
    }

    static func insert(_ token: RefreshToken, _ connection: Connection) throws {
        try connection.execute(
            sql: "INSERT INTO refresh_token (digest, grant_id, created, expires, used) VALUES (?, ?, ?, ?, ?)",
            arguments: [
                Data(token.digest.bytes), token.grantID, token.created.milliseconds, token.expires.milliseconds,
                token.used?.milliseconds,
            ]
        )
    }

    static func insert(_ token: AccessToken, _ connection: Connection) throws {
        try connection.execute(
            sql: "INSERT INTO access_token (id, grant_id, scopes, expires, revoked) VALUES (?, ?, ?, ?, ?)",
            arguments: [
                token.id, token.grantID, token.scopes.joined(separator: " "), token.expires.milliseconds,
                token.revoked?.milliseconds,
            ]
        )
    }
}

extension AuthorizationGrant {
    fileprivate init(_ row: Row) {
        let userID: String = row["user_id"]
        self.init(
            id: row["id"],
            clientID: row["client_id"],
            userID: userID.isEmpty ? nil : userID,
            scopes: row.words("scopes"),
            authenticated: row.date("authenticated"),
            sid: row["sid"],
            created: row.date("created"),
            revoked: row.optionalDate("revoked")
        )
    }
}

extension AuthorizationCode {
    init(_ row: Row) {
        self.init(
            digest: TokenDigest(stored: row.bytes("digest")),
            grantID: row["grant_id"],
            redirectURI: row["redirect_uri"],
            nonce: row["nonce"],
            codeChallenge: row["code_challenge"],
            expires: row.date("expires")
        )
    }
}

extension RefreshToken {
    fileprivate init(_ row: Row) {
        self.init(
            digest: TokenDigest(stored: row.bytes("digest")),
            grantID: row["grant_id"],
            created: row.date("created"),
            expires: row.date("expires"),
            used: row.optionalDate("used")
        )
    }
}

extension AccessToken {
    init(_ row: Row) {
        self.init(
            id: row["id"],
            grantID: row["grant_id"],
            scopes: row.words("scopes"),
            expires: row.date("expires"),
            revoked: row.optionalDate("revoked")
        )
    }
}
