//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import GRDB

/// A deed worth remembering. No secret stands in it.
package struct AuditEntry: Sendable, Hashable {
    package var time: Date
    /// Who did it: a user name of the machine for commands, an e-mail address or client id for the provider.
    package var actor: String
    /// What was done, dotted, for example `client.secret.set`.
    package var action: String
    /// To what: an id or a name.
    package var object: String
    /// More, for people.
    package var detail: String

    package init(time: Date, actor: String, action: String, object: String, detail: String) {
        self.time = time
        self.actor = actor
        self.action = action
        self.object = object
        self.detail = detail
    }
}

extension Database {
    /// Adds an entry at the end of the audit log. Entries are never changed or removed; the database refuses it.
    package func audit(append entry: AuditEntry) async throws {
        try await write { connection in
            try connection.execute(
                sql: "INSERT INTO audit (time, actor, action, object, detail) VALUES (?, ?, ?, ?, ?)",
                arguments: [entry.time.milliseconds, entry.actor, entry.action, entry.object, entry.detail]
            )
        }
    }

    /// The audit log, in the order of writing.
    package func auditEntries() async throws -> [AuditEntry] {
        try await read { connection in
            try Row.fetchAll(connection, sql: "SELECT * FROM audit ORDER BY id").map { row in
                AuditEntry(
                    time: Date(milliseconds: row["time"]),
                    actor: row["actor"],
                    action: row["action"],
                    object: row["object"],
                    detail: row["detail"]
                )
            }
        }
    }
}
