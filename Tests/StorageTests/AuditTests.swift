//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import GRDB
import Support
import Testing

@testable import Storage

@Suite struct AuditTests {
    private let fixture: StateFixture
    private let entries = (0..<3).map { number in
        AuditEntry(
            time: StateFixture.now.addingTimeInterval(-Double(number)),
            actor: "root",
            action: "client.secret.set",
            object: "wiki-\(number)",
            detail: "imported"
        )
    }

    init() throws {
        fixture = try StateFixture()
    }

    @Test("entries come back in the order of writing")
    func order() async throws {
        let database = try fixture.make()
        for entry in entries { try await database.audit(append: entry) }
        #expect(try await database.auditEntries() == entries)
    }

    @Test(
        "the database refuses to change or remove entries",
        arguments: ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit", "DELETE FROM audit WHERE id = 2"]
    )
    func appendOnly(sql: String) async throws {
        let database = try fixture.make()
        for entry in entries { try await database.audit(append: entry) }
        await #expect(throws: StorageError.self) { try await database.write { try $0.execute(sql: sql) } }
        #expect(try await database.auditEntries() == entries)
    }
}
