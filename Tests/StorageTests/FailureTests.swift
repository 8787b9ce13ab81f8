//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import GRDB
import Glibc
import OIDC
import PKI
import Secrets
import Support
import TestSupport
import Testing

@testable import Storage

@Suite struct FailureTests {
    @Test("a full disk is named, the write does not happen, and all goes on when there is space again")
    func full() async throws {
        let fixture = try StateFixture()
        let database = try fixture.make()
        _ = try await database.addFirstNamedSecret(.example)
        try await database.pool.writeWithoutTransaction { connection in
            let pages = try Int.fetchOne(connection, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(connection, sql: "PRAGMA max_page_count = \(pages)")
        }
        let error = await #expect(throws: StorageError.self) {
            try await database.add(authorities: [
                .example("root-1"), .example("issuing-1", role: .issuing, key: [UInt8](repeating: 1, count: 100_000)),
            ])
        }
        #expect(error?.code == .stateFull)
        #expect(error?.code.exit == .cannotWrite)
        #expect(error?.remedy == "free some space: df -h \(fixture.location.folder)")
        #expect(try await database.authorities().isEmpty)
        #expect(try await database.namedSecret("example")?.value.expose() == "example-secret-value")

        try await database.pool.writeWithoutTransaction {
            _ = try Int.fetchOne($0, sql: "PRAGMA max_page_count = 1000000")
        }
        try await database.add(authorities: [.example("root-1")])
        #expect(try await database.authorities().count == 1)
    }

    @Test("a state that another process holds for too long is reported")
    func locked() async throws {
        let fixture = try StateFixture()
        let holder = try fixture.make()
        let database = try Database.open(fixture.location)
        try await database.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA busy_timeout = 20") }
        let error = try await holder.pool.writeWithoutTransaction { connection in
            try connection.execute(sql: "BEGIN IMMEDIATE")
            defer { try? connection.execute(sql: "ROLLBACK") }
            let queue = try database.pool
            return #expect(throws: DatabaseError.self) {
                try queue.write { try $0.execute(sql: "DELETE FROM session") }
            }
        }
        let translated = StorageError(try #require(error), folder: "state")
        #expect(translated.code == .stateLocked)
        #expect(translated.remedy?.contains("fuser -v") == true)
    }

    @Test("readers go on while another process writes")
    func readersGoOn() async throws {
        let fixture = try StateFixture()
        let holder = try fixture.make()
        let database = try Database.open(fixture.location)
        _ = try await database.addFirstNamedSecret(.example)
        let value = try await holder.write { connection in
            try connection.execute(sql: "DELETE FROM named_secret")
            return try database.pool.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM named_secret") }
        }
        #expect(value == 1)
    }

    @Test("a state of another user is refused without a change", .enabled(if: geteuid() != 0))
    func readOnly() throws {
        let fixture = try StateFixture()
        try fixture.make().close()
        chmod(fixture.databaseFile, 0o400)
        let error = #expect(throws: StorageError.self) { try Database.open(fixture.location) }
        #expect(error?.code == .stateReadOnly)
    }

    @Test(
        "what SQLite reports becomes an error of the state",
        arguments: [
            (ResultCode.SQLITE_NOTADB, ErrorCode.stateBroken, Support.ExitStatus.badInput),
            (.SQLITE_CORRUPT, .stateBroken, .badInput),
            (.SQLITE_FULL, .stateFull, .cannotWrite),
            (.SQLITE_READONLY, .stateReadOnly, .cannotWrite),
            (.SQLITE_READONLY_DBMOVED, .stateReadOnly, .cannotWrite),
            (.SQLITE_CANTOPEN, .stateReadOnly, .cannotWrite),
            (.SQLITE_BUSY_SNAPSHOT, .stateLocked, .failed),
            (.SQLITE_IOERR, .stateFailed, .failed),
        ]
    )
    func translation(result: ResultCode, code: ErrorCode, exit: Support.ExitStatus) {
        let error = StorageError(
            DatabaseError(resultCode: result, message: "words", sql: "SELECT 'hunter2'", arguments: ["hunter2"]),
            folder: "state"
        )
        #expect(error.code == code)
        #expect(error.code.exit == exit)
        #expect(!error.description.contains("hunter2"))
    }

    @Test("after closing, calls fail with an error of the state")
    func closed() async throws {
        let fixture = try StateFixture()
        let database = try fixture.make()
        database.close()
        await #expect(throws: StorageError.self) { try await database.signingKeys() }
        await #expect(throws: StorageError.self) { try await database.changeCounter() }
        #expect(Files.names(in: fixture.location.folder) == [".gitignore", "kindling.sqlite"])
    }
}
