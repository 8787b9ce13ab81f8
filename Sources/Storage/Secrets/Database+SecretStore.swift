//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import GRDB
package import Secrets
package import Support

extension Database: SecretStore {
    package func clientSecrets() async throws -> [ClientSecret] {
        try await read { connection in
            try Row.fetchAll(
                connection,
                sql: "SELECT * FROM client_secret ORDER BY client_id, phase = 'current' DESC, created, id"
            ).map(clientSecret)
        }
    }

    /// The versions of one client's secret, the current one first.
    func clientSecrets(of clientID: String) async throws -> [ClientSecret] {
        try await read { connection in
            try Row.fetchAll(
                connection,
                sql: "SELECT * FROM client_secret WHERE client_id = ? ORDER BY phase = 'current' DESC, created, id",
                arguments: [clientID]
            ).map(clientSecret)
        }
    }

    package func addFirstClientSecret(_ secret: ClientSecret) async throws -> Bool {
        try await write { connection in
            let present = try String.fetchOne(
                connection,
                sql: "SELECT id FROM client_secret WHERE client_id = ?",
                arguments: [secret.clientID]
            )
            if present == nil { try insert(secret, connection) }
            return present == nil
        }
    }

    package func replaceClientSecrets(with secret: ClientSecret) async throws {
        try await write { connection in
            try connection.execute(
                sql: "DELETE FROM client_secret WHERE client_id = ?",
                arguments: [secret.clientID]
            )
            try insert(secret, connection)
        }
    }

    package func namedSecrets() async throws -> [NamedSecret] {
        try await read { connection in
            try Row.fetchAll(connection, sql: "SELECT * FROM named_secret ORDER BY name").map(namedSecret)
        }
    }

    package func namedSecret(_ name: String) async throws -> NamedSecret? {
        try await read { connection in
            try Row.fetchOne(connection, sql: "SELECT * FROM named_secret WHERE name = ?", arguments: [name])
                .map(namedSecret)
        }
    }

    package func addFirstNamedSecret(_ secret: NamedSecret) async throws -> Bool {
        try await write { connection in
            let present = try String.fetchOne(
                connection,
                sql: "SELECT name FROM named_secret WHERE name = ?",
                arguments: [secret.name]
            )
            if present == nil { try insert(secret, connection) }
            return present == nil
        }
    }

    package func replaceNamedSecret(_ secret: NamedSecret) async throws {
        try await write { try insert(secret, $0) }
    }

    package func derived(_ purpose: String, from input: Secret<String>) async throws -> Secret<String>? {
        try await read { try derived(purpose, from: input, $0) }
    }

    package func keepDerived(
        _ value: Secret<String>,
        for purpose: String,
        from input: Secret<String>
    ) async throws -> Secret<String> {
        try await write { connection in
            if let present = try derived(purpose, from: input, connection) { return present }
            try connection.execute(
                sql: "INSERT OR REPLACE INTO derived (purpose, input, value) VALUES (?, ?, ?)",
                arguments: [
                    purpose, sealer.digest(input, label: purpose), try sealer.seal(value, for: .derived(purpose)),
                ]
            )
            return value
        }
    }

    private func derived(
        _ purpose: String,
        from input: Secret<String>,
        _ connection: Connection
    ) throws -> Secret<String>? {
        try Row.fetchOne(
            connection,
            sql: "SELECT value FROM derived WHERE purpose = ? AND input = ?",
            arguments: [purpose, sealer.digest(input, label: purpose)]
        ).map { try sealer.openText($0["value"], of: .derived(purpose)) }
    }

    private func insert(_ secret: ClientSecret, _ connection: Connection) throws {
        try connection.execute(
            sql: """
                INSERT INTO client_secret (id, client_id, value, phase, origin, created)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                secret.id, secret.clientID, try sealer.seal(secret.value, for: .clientSecret(secret.id)),
                secret.phase.rawValue, secret.origin.rawValue, secret.created.milliseconds,
            ]
        )
    }

    private func insert(_ secret: NamedSecret, _ connection: Connection) throws {
        try connection.execute(
            sql: "INSERT OR REPLACE INTO named_secret (name, value, origin, created) VALUES (?, ?, ?, ?)",
            arguments: [
                secret.name, try sealer.seal(secret.value, for: .namedSecret(secret.name)),
                secret.origin.rawValue, secret.created.milliseconds,
            ]
        )
    }

    private func clientSecret(_ row: Row) throws -> ClientSecret {
        let id: String = row["id"]
        return ClientSecret(
            id: id,
            clientID: row["client_id"],
            value: try sealer.openText(row["value"], of: .clientSecret(id)),
            phase: try row.named("phase"),
            origin: try row.named("origin"),
            created: row.date("created")
        )
    }

    private func namedSecret(_ row: Row) throws -> NamedSecret {
        let name: String = row["name"]
        return NamedSecret(
            name: name,
            value: try sealer.openText(row["value"], of: .namedSecret(name)),
            origin: try row.named("origin"),
            created: row.date("created")
        )
    }
}

extension SealedColumn {
    fileprivate static func clientSecret(_ id: String) -> SealedColumn {
        SealedColumn(table: "client_secret", column: "value", key: id)
    }

    fileprivate static func namedSecret(_ name: String) -> SealedColumn {
        SealedColumn(table: "named_secret", column: "value", key: name)
    }

    fileprivate static func derived(_ purpose: String) -> SealedColumn {
        SealedColumn(table: "derived", column: "value", key: purpose)
    }
}
