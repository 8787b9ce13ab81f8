//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import GRDB
import OIDC
import Secrets
package import Support

extension Database: OIDCStore {
    package func removeExpired(at now: Date, retention: Duration) async throws {
        let before = now.addingTimeInterval(-retention.seconds).milliseconds
        try await write { connection in
            for table in ["session", "password_link"] {
                try connection.execute(
                    sql: "DELETE FROM \(table) WHERE expires <= ?",
                    arguments: [now.milliseconds]
                )
            }
            for table in ["authorization_code", "refresh_token", "access_token"] {
                try connection.execute(sql: "DELETE FROM \(table) WHERE expires <= ?", arguments: [before])
            }
            try connection.execute(
                sql: """
                    DELETE FROM authorization_grant
                    WHERE NOT EXISTS (SELECT 1 FROM authorization_code WHERE grant_id = authorization_grant.id)
                    AND NOT EXISTS (SELECT 1 FROM refresh_token WHERE grant_id = authorization_grant.id)
                    AND NOT EXISTS (SELECT 1 FROM access_token WHERE grant_id = authorization_grant.id)
                    """
            )
        }
    }
}

extension Database: ClientCredentials {
    package func secrets(for clientID: String) async throws -> [Secret<String>] {
        try await clientSecrets(of: clientID).map(\.value)
    }
}
