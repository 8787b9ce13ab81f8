//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import GRDB
import OIDC
import Secrets
import Support
import Testing

@testable import Storage

/// A copy of database and write-ahead log, taken between two instructions, is what a crash leaves behind.
@Suite struct CrashTests {
    @Test("a copy taken in the middle of the work has every finished write and nothing of the open one")
    func midway() async throws {
        let fixture = try StateFixture()
        let database = try fixture.make()
        _ = try await database.addFirstClientSecret(.example("wiki", "value", id: "1"))
        for number in 0..<50 { try await database.add(.example("\(number)")) }
        let copy = try await database.write { connection in
            for number in 0..<50 {
                try connection.execute(
                    sql: "INSERT INTO session VALUES (?, 's', 'open', 0, 0, 0, '', '')",
                    arguments: [Data([UInt8(number)])]
                )
            }
            return try fixture.copy(to: "copy")
        }
        let after = try Database.open(copy)
        let sessions = try await after.read {
            try Row.fetchAll($0, sql: "SELECT user_id FROM session").map { $0["user_id"] as String }
        }
        #expect(sessions.count == 50)
        #expect(!sessions.contains("open"))
        #expect(try await after.clientSecrets().first?.value.expose() == "value")
        let check = try await after.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
        #expect(check == "ok")
    }

    @Test("a log that ends anywhere in the middle opens with a prefix of the writes")
    func tornLog() async throws {
        let fixture = try StateFixture()
        let database = try fixture.make()
        try await database.pool.writeWithoutTransaction { connection in
            try connection.checkpoint(.truncate)
            try connection.execute(sql: "PRAGMA wal_autocheckpoint = 0")
        }
        for number in 0..<20 { try await database.add(.example("\(number)")) }
        let log = try Files.read("\(fixture.databaseFile)-wal")
        for cut in stride(from: 0, through: log.count, by: log.count / 7 + 1) {
            let copy = try fixture.copy(to: "copy-\(cut)")
            try Files.write(Array(log[..<cut]), to: "\(copy.folder)/kindling.sqlite-wal", mode: 0o600)
            let after = try Database.open(copy)
            let sids = try await after.read {
                try String.fetchAll($0, sql: "SELECT sid FROM session ORDER BY rowid")
            }
            #expect(sids == (0..<sids.count).map { "sid-\($0)" }, "cut at \(cut)")
        }
    }

    @Test("without the log and the shared memory the last checkpoint opens")
    func withoutLog() async throws {
        let fixture = try StateFixture()
        let database = try fixture.make()
        try await database.add(.example("one"))
        try await database.pool.writeWithoutTransaction { _ = try $0.checkpoint(.full) }
        try await database.add(.example("two"))
        let copy = try fixture.copy(to: "copy")
        try Files.remove("\(copy.folder)/kindling.sqlite-wal")
        let after = try Database.open(copy)
        #expect(try await after.session(TokenDigest(of: Secret("one"))) != nil)
        #expect(try await after.session(TokenDigest(of: Secret("two"))) == nil)
    }
}
