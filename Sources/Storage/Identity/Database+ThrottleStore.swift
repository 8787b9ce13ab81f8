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

extension Database: ThrottleStore {
    package func throttles(_ keys: [String]) async throws -> [String: ThrottleRecord] {
        let digests = keys.map { ($0, digest($0)) }
        return try await read { connection in
            var records: [String: ThrottleRecord] = [:]
            for (key, digest) in digests { records[key] = try Self.throttle(digest, connection) }
            return records
        }
    }

    package func setThrottles(_ records: [String: ThrottleRecord]) async throws {
        let rows = records.map { (digest: digest($0.key), record: $0.value) }
        try await write { connection in
            for row in rows { try Self.set(row.record, row.digest, connection) }
        }
    }

    package func addFailure(_ memories: [String: Double], at now: Date) async throws {
        let rows = memories.map { (digest: digest($0.key), memory: $0.value) }
        try await write { connection in
            for row in rows {
                let record = try Self.throttle(row.digest, connection)
                try Self.set(.failed(record, memory: row.memory, at: now), row.digest, connection)
            }
        }
    }

    private func digest(_ key: String) -> Data { sealer.digest(Secret(key), label: "throttle") }

    private static func throttle(_ digest: Data, _ connection: Connection) throws -> ThrottleRecord? {
        try Row.fetchOne(connection, sql: "SELECT * FROM throttle WHERE digest = ?", arguments: [digest])
            .map { ThrottleRecord(failures: $0["failures"], updated: $0.date("updated"), isKnown: $0["known"]) }
    }

    private static func set(_ record: ThrottleRecord, _ digest: Data, _ connection: Connection) throws {
        try connection.execute(
            sql: "INSERT OR REPLACE INTO throttle (digest, failures, updated, known) VALUES (?, ?, ?, ?)",
            arguments: [digest, record.failures, record.updated.milliseconds, record.isKnown]
        )
    }
}
