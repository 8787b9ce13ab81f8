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
import PKI
import Support
import TestSupport
import Testing

@testable import Storage

@Suite struct OpeningTests {
    @Test("a new state lies in a folder for its owner alone, out of git")
    func newState() async throws {
        let fixture = try StateFixture()
        let database = try fixture.make()
        try await database.audit(
            append: AuditEntry(time: StateFixture.now, actor: "a", action: "b", object: "c", detail: "")
        )
        let folder = fixture.location.folder
        #expect(Files.mode(of: folder) == 0o700)
        #expect(try Files.read("\(folder)/.gitignore") == Array("*\n".utf8))
        let names = Files.names(in: folder)
        #expect(names == [".gitignore", "kindling.sqlite", "kindling.sqlite-shm", "kindling.sqlite-wal"])
        for name in names where name != ".gitignore" {
            #expect(Files.mode(of: "\(folder)/\(name)") == 0o600, "\(name)")
        }
        #expect(Files.mode(of: fixture.location.configuration) == 0o700)
        #expect(Files.names(in: fixture.location.configuration) == ["\(database.stateID).key"])
        #expect(Files.mode(of: fixture.keyFile) == 0o600)
        #expect(!Files.exists(fixture.location.outputs))
    }

    @Test("every connection waits, checks references and journals; the writer flushes each commit")
    func pragmas() async throws {
        let fixture = try StateFixture()
        let database = try fixture.make()
        let writer = try await database.pool.writeWithoutTransaction { connection in
            [
                try Int.fetchOne(connection, sql: "PRAGMA synchronous"),
                try Int.fetchOne(connection, sql: "PRAGMA foreign_keys"),
                try Int.fetchOne(connection, sql: "PRAGMA busy_timeout"),
                try Int.fetchOne(connection, sql: "PRAGMA secure_delete"),
            ]
        }
        // 2 is FULL.
        #expect(writer == [2, 1, 10_000, 1])
        let reader = try await database.pool.read { connection in
            (
                try String.fetchOne(connection, sql: "PRAGMA journal_mode"),
                try Int.fetchOne(connection, sql: "PRAGMA busy_timeout")
            )
        }
        #expect(reader == ("wal", 10_000))
    }

    @Test("the writer flushes each commit after opening again too")
    func reopened() async throws {
        let fixture = try StateFixture()
        try fixture.make().close()
        let database = try Database.open(fixture.location)
        let synchronous = try await database.pool.writeWithoutTransaction {
            try Int.fetchOne($0, sql: "PRAGMA synchronous")
        }
        #expect(synchronous == 2)
    }

    @Test("a state is made once: whoever comes later opens it")
    func madeOnce() throws {
        let fixture = try StateFixture()
        let first = try fixture.make()
        #expect(try fixture.make().stateID == first.stateID)
        #expect(try Database.open(fixture.location).stateID == first.stateID)
        #expect(Files.names(in: fixture.location.configuration).count == 1)
    }

    @Test("of eight that make a state at once, one does and all have it open")
    func madeAtOnce() async throws {
        let fixture = try StateFixture()
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 { group.addTask { try fixture.make().stateID } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(Files.names(in: fixture.location.configuration).count == 1)
    }

    @Test("a missing state names the command that makes it, and nothing is written")
    func missing() throws {
        let fixture = try StateFixture()
        let error = #expect(throws: StorageError.self) { try Database.open(fixture.location) }
        #expect(error?.code == .stateMissing)
        #expect(error?.remedy == "kindling init")
        #expect(!Files.exists(fixture.location.folder))
        #expect(!Database.exists(in: fixture.location.folder))

        try Files.makeFolder(fixture.location.folder, mode: 0o700)
        #expect(throws: StorageError.self) { try Database.open(fixture.location) }
        #expect(Files.names(in: fixture.location.folder).isEmpty)
    }

    @Test("a folder open to others is refused", arguments: [0o755, 0o750, 0o701] as [mode_t])
    func openFolder(mode: mode_t) throws {
        let fixture = try StateFixture()
        try fixture.make().close()
        chmod(fixture.location.folder, mode)
        for open in [{ try Database.open(fixture.location) }, { try fixture.make() }] {
            let error = #expect(throws: StorageError.self) { try open() }
            #expect(error?.code == .stateUnsafe)
            #expect(error?.remedy == "chmod 700 \(fixture.location.folder)")
        }
    }

    @Test("a file in the place of the folder is refused")
    func noFolder() throws {
        let fixture = try StateFixture()
        try fixture.temporary.write("", to: "state", mode: 0o600)
        let error = #expect(throws: StorageError.self) { try fixture.make() }
        #expect(error?.code == .stateUnsafe)
    }

    @Test("what an interrupted making left behind is completed", arguments: [0, 1, 2])
    func interrupted(step: Int) throws {
        let fixture = try StateFixture()
        switch step {
        case 0: try StateFolder(path: fixture.location.folder).make()
        case 1:
            try StateFolder(path: fixture.location.folder).make()
            try StateFolder(path: fixture.location.folder).makeDatabase(fixture.databaseFile)
        default:
            try StateFolder(path: fixture.location.folder).make()
            try StateFolder(path: fixture.location.folder).makeDatabase(fixture.databaseFile)
            let pool = try DatabasePool(path: fixture.databaseFile)
            try Schema.migrator.migrate(pool)
            try pool.close()
        }
        let error = #expect(throws: StorageError.self) { try Database.open(fixture.location) }
        #expect(error?.code == .stateMissing)
        let id = try fixture.make().stateID
        #expect(try Database.open(fixture.location).stateID == id)
    }

    @Test("a file that is no database is refused and stays as it is")
    func noDatabase() throws {
        let fixture = try StateFixture()
        try StateFolder(path: fixture.location.folder).make()
        let text = [UInt8](repeating: 0x41, count: 8_192)
        try Files.write(text, to: fixture.databaseFile, mode: 0o600)
        for open in [{ try Database.open(fixture.location) }, { try fixture.make() }] {
            let error = #expect(throws: StorageError.self) { try open() }
            #expect(error?.code == .stateBroken)
            #expect(error?.code.exit == .badInput)
        }
        #expect(try Files.read(fixture.databaseFile) == text)
        #expect(Files.names(in: fixture.location.folder) == [".gitignore", "kindling.sqlite"])
    }

    @Test("a damaged database is reported as such")
    func damaged() async throws {
        let fixture = try StateFixture()
        try fixture.make().close()
        var bytes = try Files.read(fixture.databaseFile)
        // The header stays; every page behind it is gone.
        for index in 100..<bytes.count { bytes[index] = 0xa5 }
        try Files.write(bytes, to: fixture.databaseFile, mode: 0o600)
        let error = #expect(throws: StorageError.self) { try Database.open(fixture.location) }
        #expect(error?.code == .stateBroken)
    }

    @Test("a truncated database is reported as such")
    func truncated() async throws {
        let fixture = try StateFixture()
        try fixture.make().close()
        let bytes = try Files.read(fixture.databaseFile)
        try Files.write(Array(bytes[..<(bytes.count / 2)]), to: fixture.databaseFile, mode: 0o600)
        await #expect(throws: StorageError.self) {
            let database = try Database.open(fixture.location)
            _ = try await database.signingKeys()
            _ = try await database.authorities()
            _ = try await database.clientSecrets()
        }
    }

    @Test("a state of a newer version is refused and stays as it is")
    func newer() async throws {
        let fixture = try StateFixture()
        let database = try fixture.make()
        try await database.write {
            try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99-future')")
        }
        database.close()
        let before = try Files.read(fixture.databaseFile)
        let error = #expect(throws: StorageError.self) { try Database.open(fixture.location) }
        #expect(error?.code == .stateNewer)
        #expect(throws: StorageError.self) { try fixture.make() }
        #expect(try Files.read(fixture.databaseFile) == before)
    }
}
