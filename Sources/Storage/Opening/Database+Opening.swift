//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
package import FoundationEssentials
import GRDB
import Support

extension Database {
    /// Whether a state has been made in a folder; it may still be damaged or without its key.
    package static func exists(in folder: String) -> Bool {
        Files.exists("\(folder)/kindling.sqlite")
    }

    /// Opens the state of a lab, and brings its tables up to this binary.
    ///
    /// - Parameter location: where it is.
    /// - Returns: the open state.
    /// - Throws: ``StorageError``; the state is as it was then.
    package static func open(_ location: StateLocation) throws(StorageError) -> Database {
        let folder = StateFolder(path: location.folder)
        try folder.check()
        return try folder.locked { () throws(StorageError) in
            guard Files.exists(location.database) else { throw .missing(location.folder) }
            return try connect(location, makingAt: nil)
        }
    }

    /// Opens the state of a lab, or makes it, with a new master key file, when there is none.
    ///
    /// Of two processes that do so at once one makes it and the other opens it. What an interrupted run left behind is
    /// completed. A key file that stands already under the name asked for is used as it is.
    ///
    /// - Parameters:
    ///   - location: where it is to be.
    ///   - now: the time of making.
    /// - Returns: the open state.
    /// - Throws: ``StorageError``; a state that stood before is as it was then.
    package static func openOrMake(_ location: StateLocation, now: Date) throws(StorageError) -> Database {
        let folder = StateFolder(path: location.folder)
        // Before anything is written, for the key that is named; the default one is checked when its name is known.
        if location.keyFile != nil { _ = try location.keyFile(stateID: "") }
        if !Files.exists(location.folder) { try folder.make() }
        try folder.check()
        return try folder.locked { () throws(StorageError) in
            try folder.make()
            if !Files.exists(location.database) { try folder.makeDatabase(location.database) }
            return try connect(location, makingAt: now)
        }
    }

    /// Opens the connections, and makes what is missing when there is a time to make it at.
    private static func connect(_ location: StateLocation, makingAt now: Date?) throws(StorageError) -> Database {
        do {
            var watching = configuration(label: "watcher")
            watching.readonly = true
            // Looks first and writes nothing: a state that is newer, damaged or without its key stays as it is.
            let watcher = try DatabaseQueue(path: location.database, configuration: watching)
            if let stateID = try watcher.read({ try presentStateID($0, location) }) {
                let slots = try watcher.read { try MasterKeySlot.all($0) }
                let dataKey = try openSlot(location, stateID: stateID, slots: slots)
                let pool = try openPool(location)
                try Schema.migrator.migrate(pool)
                let connections = Connections(pool: pool, watcher: watcher)
                let sealer = Sealer(dataKey: dataKey)
                return Database(folder: location.folder, stateID: stateID, connections: connections, sealer: sealer)
            }
            try watcher.close()
            guard let now else { throw StorageError.missing(location.folder) }
            let pool = try openPool(location)
            try Schema.migrator.migrate(pool)
            let (stateID, dataKey) = try make(location, pool, now: now)
            return Database(
                folder: location.folder,
                stateID: stateID,
                connections: Connections(
                    pool: pool,
                    watcher: try DatabaseQueue(path: location.database, configuration: watching)
                ),
                sealer: Sealer(dataKey: dataKey)
            )
        } catch let error as StorageError {
            throw error
        } catch let error as DatabaseError {
            throw StorageError(error, folder: location.folder)
        } catch {
            throw StorageError(.stateFailed, "the state \(location.folder) failed: \(error)")
        }
    }

    private static func openPool(_ location: StateLocation) throws -> DatabasePool {
        let pool = try DatabasePool(path: location.database, configuration: configuration(label: "state"))
        try pool.writeWithoutTransaction { connection in
            // GRDB sets NORMAL while it turns WAL on, by which the last commits may be lost with the power.
            try connection.execute(sql: "PRAGMA synchronous = FULL")
            // What is replaced or removed is overwritten with zeros.
            try connection.execute(sql: "PRAGMA secure_delete = ON")
        }
        return pool
    }

    private static func configuration(label: String) -> Configuration {
        var configuration = Configuration()
        configuration.label = label
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(10)
        return configuration
    }

    /// The id of the state; `nil` while the tables or the row are not made yet. Throws when a newer version made them.
    private static func presentStateID(_ connection: Connection, _ location: StateLocation) throws -> String? {
        guard try !Schema.migrator.hasBeenSuperseded(connection) else {
            throw StorageError(
                .stateNewer,
                "the state \(location.folder) was written by a newer kindling",
                remedy: "run that version or a later one"
            )
        }
        guard try connection.tableExists("state") else { return nil }
        return try String.fetchOne(connection, sql: "SELECT state_id FROM state")
    }

    private static func openSlot(
        _ location: StateLocation,
        stateID: String,
        slots: [MasterKeySlot]
    ) throws(StorageError) -> SymmetricKey {
        guard !slots.isEmpty else { throw .damaged("no master key slot that this version can open") }
        let path = try location.keyFile(stateID: stateID)
        let masterKey = try KeyFile(path: path, isCredential: location.isCredential(path)).read(stateID: stateID)
        for slot in slots where slot.kind == .keyFile {
            if let dataKey = slot.dataKey(with: masterKey, stateID: stateID) { return dataKey }
        }
        throw StorageError(
            .keyWrong,
            "the master key \(path) does not open the state \(location.folder)",
            remedy: "name the key file that was made with this state (id \(stateID)) with KINDLING_KEY_FILE"
        )
    }

    private static func make(
        _ location: StateLocation,
        _ pool: DatabasePool,
        now: Date
    ) throws -> (stateID: String, dataKey: SymmetricKey) {
        let stateID = Encoding.hex(SystemRandomSource().bytes(8))
        let file = KeyFile(path: try location.keyFile(stateID: stateID))
        // The key is on disk before anything is sealed with it.
        let masterKey =
            Files.exists(file.path) ? try file.read(stateID: stateID) : try file.make(stateID: stateID, now: now)
        let dataKey = SymmetricKey(size: .bits256)
        let slot = try MasterKeySlot(kind: .keyFile, wrapping: dataKey, with: masterKey, stateID: stateID)
        try pool.write { connection in
            try connection.execute(
                sql: "INSERT INTO state (id, state_id, created) VALUES (1, ?, ?)",
                arguments: [stateID, now.milliseconds]
            )
            try slot.insert(connection, now: now)
        }
        return (stateID, dataKey)
    }
}
