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

    package func bindLink(_ digest: TokenDigest, to browser: TokenDigest, at now: Date) async throws -> Bool {
        try await write { connection in
            try connection.execute(
                sql: """
                    UPDATE password_link SET browser = ?
                    WHERE digest = ? AND expires > ? AND (browser IS NULL OR browser = ?)
                    """,
                arguments: [
                    Data(browser.bytes), Data(digest.bytes), now.milliseconds, Data(browser.bytes),
                ]
            )
            return connection.changesCount == 1
        }
    }

    package func redeemLink(
        _ digest: TokenDigest,
        browser: TokenDigest,
        passwordHash: Secret<String>,
        notifying clients: Set<String>,
        at now: Date
    ) async throws -> Bool {
        try await write { connection in
            guard let link = try Self.link(digest, connection), link.expires > now, link.browser == browser else {
                return false
            }
            try setPassword(
                userID: link.userID,
                hash: passwordHash,
                keeping: nil,
                notifying: clients,
                at: now,
                connection
            )
            return true
        }
    }

    private static func link(_ digest: TokenDigest, _ connection: Connection) throws -> PasswordLink? {
        try Row.fetchOne(
            connection,
            sql: "SELECT * FROM password_link WHERE digest = ?",
            arguments: [Data(digest.bytes)]
        ).map { row in
            let browser: Data? = row["browser"]
            return PasswordLink(
                digest: digest,
                userID: row["user_id"],
                created: row.date("created"),
                expires: row.date("expires"),
                browser: browser.map { TokenDigest(stored: Array($0)) }
            )
        }
    }
}
