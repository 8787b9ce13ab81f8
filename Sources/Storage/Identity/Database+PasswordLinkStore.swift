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

extension Database: PasswordLinkStore {
    package func addLink(_ link: PasswordLink) async throws {
        try await write { connection in
            // One row for each user: the new link takes the place of the last.
            try connection.execute(
                sql: "DELETE FROM password_link WHERE user_id = ?",
                arguments: [link.userID]
            )
            try connection.execute(
                sql: "INSERT INTO password_link (digest, user_id, created, expires) VALUES (?, ?, ?, ?)",
                arguments: [
                    Data(link.digest.bytes), link.userID, link.created.milliseconds, link.expires.milliseconds,
                ]
            )
        }
    }

    package func link(_ digest: TokenDigest) async throws -> PasswordLink? {
        try await read { try Self.link(digest, $0) }
    }

    package func redeemLink(
        _ digest: TokenDigest,
        passwordHash: Secret<String>,
        at now: Date
    ) async throws -> Bool {
        try await write { connection in
            guard let link = try Self.link(digest, connection), link.expires > now else { return false }
            try setPassword(userID: link.userID, hash: passwordHash, at: now, connection)
            return true
        }
    }

    private static func link(_ digest: TokenDigest, _ connection: Connection) throws -> PasswordLink? {
        try Row.fetchOne(
            connection,
            sql: "SELECT * FROM password_link WHERE digest = ?",
            arguments: [Data(digest.bytes)]
        ).map { row in
            PasswordLink(
                digest: digest,
                userID: row["user_id"],
                created: row.date("created"),
                expires: row.date("expires")
            )
        }
    }
}
