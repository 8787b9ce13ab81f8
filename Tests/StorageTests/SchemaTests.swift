//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
import FoundationEssentials
import GRDB
import Support
import Testing

@testable import Storage

@Suite struct SchemaTests {
    /// Released steps are never edited: a change goes into a new one at the end, and its digest is added here.
    private static let released = [
        "1-state 7bb06c0ac4f059d1",
        "2-authority 02e126470ce5e4da",
        "3-secrets a0fb1bc9046aef6b",
        "4-identity ce4c5ba6d85a51fe",
        "5-provider ee4011cdfd36156b",
        "6-lifecycle a50aab9ce9d13c3b",
    ]

    private let fixture: StateFixture

    init() throws {
        fixture = try StateFixture()
    }

    @Test("the steps are the released ones, byte for byte")
    func steps() {
        let steps = Schema.steps.map { step in
            "\(step.identifier) \(Encoding.hex(SHA256.hash(data: Array(step.sql.utf8)).prefix(8)))"
        }
        #expect(steps == Self.released)
    }

    @Test("every table is strict and has a primary key of its own")
    func tables() async throws {
        let database = try fixture.make()
        let tables = try await database.read { connection in
            try Row.fetchAll(
                connection,
                sql: "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
            ).map { (name: $0["name"] as String, isStrict: $0["strict"] as Bool) }
        }.filter { !$0.name.hasPrefix("sqlite_") && $0.name != "grdb_migrations" }
        #expect(tables.count == 25)
        for table in tables {
            #expect(table.isStrict, "\(table.name)")
            let key = try await database.read { try $0.primaryKey(table.name).columns }
            #expect(!key.isEmpty && key != ["rowid"], "\(table.name)")
        }
    }

    @Test("times are whole milliseconds and survive the way through the state")
    func times() {
        for seconds in [0, 1_800_000_000, 1_800_000_000.123, -1, 4_102_444_800.999] {
            let date = Date(timeIntervalSince1970: seconds)
            #expect(Date(milliseconds: date.milliseconds) == date)
        }
        #expect(Date(timeIntervalSince1970: 1.0004).milliseconds == 1_000)
    }
}
