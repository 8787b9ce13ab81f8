//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import GRDB
package import Support

extension Database: AuditLog {
    /// Adds an entry at the end of the audit log. Entries are never changed or removed; the database refuses it.
    package func audit(append entry: AuditEntry) async throws {
        try await write { connection in
            try connection.execute(
                sql: "INSERT INTO audit (time, actor, action, object, detail) VALUES (?, ?, ?, ?, ?)",
                arguments: [entry.time.milliseconds, entry.actor, entry.action, entry.object, entry.detail]
            )
        }
    }

    /// The audit log, or its newest `last` entries, in the order of writing.
    package func auditEntries(last: Int = .max) async throws -> [AuditEntry] {
        try await read { connection in
            try Row.fetchAll(
                connection,
                sql: "SELECT * FROM (SELECT * FROM audit ORDER BY id DESC LIMIT ?) ORDER BY id",
                arguments: [last]
            ).map { row in
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
