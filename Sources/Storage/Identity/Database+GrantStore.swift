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
import Support

extension Database: GrantStore {
    package func addCode(_ code: AuthorizationCode, of grant: AuthorizationGrant) async throws {
        try await write { connection in
            try Self.insert(grant, connection)
            try Self.insert(code, connection)
        }
    }

    package func addGrant(
        _ grant: AuthorizationGrant,
        access: AccessToken,
        refresh: RefreshToken?
    ) async throws {
        try await write { connection in
            try Self.insert(grant, connection)
            try Self.insert(access, connection)
            if let refresh { try Self.insert(refresh, connection) }
        }
    }

    package func code(_ digest: TokenDigest) async throws -> (code: AuthorizationCode, grant: AuthorizationGrant)? {
        try await read { connection in
            let row = try Row.fetchOne(
                connection,
                sql: "SELECT * FROM authorization_code WHERE digest = ? AND used IS NULL",
                arguments: [Data(digest.bytes)]
            )
            guard let row, let grant = try Self.grant(row["grant_id"], connection) else { return nil }
            return (AuthorizationCode(row), grant)
        }
    }

    package func redeemCode(
        _ digest: TokenDigest,
        access: AccessToken,
        refresh: RefreshToken?,
        at now: Date
    ) async throws -> CodeRedemption {
        try await write { connection in
            let redemption = try Self.consumeCode(digest, at: now, connection)
            guard case .fresh(_, let grant) = redemption, grant.revoked == nil else { return redemption }
            try Self.insert(access, connection)
            if let refresh { try Self.insert(refresh, connection) }
            return redemption
        }
    }

    package func consumeCode(_ digest: TokenDigest, at now: Date) async throws -> CodeRedemption {
        try await write { try Self.consumeCode(digest, at: now, $0) }
    }

    package func refreshToken(
        _ digest: TokenDigest
    ) async throws -> (token: RefreshToken, grant: AuthorizationGrant)? {
        try await read { try Self.refreshToken(digest, $0) }
    }

    package func rotateRefreshToken(
        _ digest: TokenDigest,
        to successor: RefreshToken,
        access: AccessToken,
        grace: Duration,
        at now: Date
    ) async throws -> RefreshRotation {
        try await write { connection in
            guard let (token, grant) = try Self.refreshToken(digest, connection), grant.revoked == nil else {
                return .unknown
            }
            if let used = token.used, grace == .zero || now > used.addingTimeInterval(grace.seconds) {
                try Self.revokeGrant(grant.id, at: now, connection)
                return .reused(grantID: grant.id)
            }
            // The first use counts: a token that is presented again and again does not prolong its own grace.
            try connection.execute(
                sql: "UPDATE refresh_token SET used = ? WHERE digest = ? AND used IS NULL",
                arguments: [now.milliseconds, Data(digest.bytes)]
            )
            try Self.insert(successor, connection)
            try Self.insert(access, connection)
            return .rotated
        }
    }

    package func accessToken(_ id: String) async throws -> (token: AccessToken, grant: AuthorizationGrant)? {
        try await read { connection in
            let row = try Row.fetchOne(connection, sql: "SELECT * FROM access_token WHERE id = ?", arguments: [id])
            guard let row, let grant = try Self.grant(row["grant_id"], connection) else { return nil }
            return (AccessToken(row), grant)
        }
    }

    package func revokeAccessToken(_ id: String, at now: Date) async throws {
        try await write { connection in
            try connection.execute(
                sql: "UPDATE access_token SET revoked = ? WHERE id = ? AND revoked IS NULL",
                arguments: [now.milliseconds, id]
            )
        }
    }

    package func revokeGrant(_ id: String, at now: Date) async throws {
        try await write { try Self.revokeGrant(id, at: now, $0) }
    }
}
