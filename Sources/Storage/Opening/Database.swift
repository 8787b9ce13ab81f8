//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import GRDB
import Support
import Synchronization

/// A connection to the database as its functions get it; the name `Database` means the whole of it here.
typealias Connection = GRDB.Database

/// The state of a lab: one SQLite file in a folder of its own, with its secret columns sealed.
///
/// Any number of processes may have the same state open. Every call is one transaction, on disk when it returns.
package final class Database: Sendable {
    /// The folder of the state.
    package let folder: String
    /// Random; names the master key file. Not a secret.
    package let stateID: String
    let sealer: Sealer
    /// `nil` after closing. GRDB's own closing would leave calls that come later with a pointer to nothing.
    private let connections: Mutex<Connections?>

    /// What is open of the file.
    struct Connections {
        var pool: DatabasePool
        /// A connection that writes nothing, so that every change is one of another connection to it.
        var watcher: DatabaseQueue?
    }

    init(folder: String, stateID: String, connections: Connections, sealer: Sealer) {
        self.folder = folder
        self.stateID = stateID
        self.connections = Mutex(connections)
        self.sealer = sealer
    }

    deinit { close() }

    /// A number that differs from the one before when anything in the state has changed meanwhile, by this process or
    /// another (`PRAGMA data_version`). It means nothing to another process or after a restart.
    package func changeCounter() async throws -> Int {
        guard let watcher = try open().watcher else { return 0 }
        return try await translating {
            try await watcher.read { try Int.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
        }
    }

    /// Closes the file as soon as the calls under way are done; later ones fail. Without it the file is closed with
    /// the last reference.
    package func close() {
        connections.withLock { connections in
            // The pool last: the last connection moves the log into the database, and this one cannot.
            connections?.watcher = nil
            connections = nil
        }
    }

    /// One read transaction: all its queries see the same state.
    func read<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) async throws -> Value {
        let pool = try pool
        return try await translating { try await pool.read(body) }
    }

    /// One write transaction, begun as such (`BEGIN IMMEDIATE`): what it reads, nobody changes before it commits.
    @discardableResult
    func write<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) async throws -> Value {
        let pool = try pool
        return try await translating { try await pool.write(body) }
    }

    var pool: DatabasePool {
        get throws(StorageError) { try open().pool }
    }

    private func open() throws(StorageError) -> Connections {
        guard let connections = connections.withLock({ $0 }) else {
            throw StorageError(.stateFailed, "the state \(folder) is closed")
        }
        return connections
    }

    private func translating<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as DatabaseError {
            throw StorageError(error, folder: folder)
        }
    }
}
