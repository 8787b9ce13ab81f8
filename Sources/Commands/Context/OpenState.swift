//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Storage
import Support

/// The state of a lab, opened.
struct OpenState: Sendable {
    /// Where the lab is.
    let paths: LabPaths
    /// The stores.
    let database: Database
    /// Whether it was made just now.
    let isNew: Bool

    /// Whether a state stands.
    static func exists(_ paths: LabPaths) -> Bool { Database.exists(in: paths.state) }

    /// Opens the state; one that is not there is an error.
    static func open(_ paths: LabPaths, in context: CommandContext) async throws -> OpenState {
        let location = try location(paths, in: context)
        return OpenState(paths: paths, database: try explaining(paths) { try Database.open(location) }, isNew: false)
    }

    /// Opens the state, or makes it and says where its key is.
    static func openOrCreate(_ paths: LabPaths, in context: CommandContext) async throws -> OpenState {
        let isNew = !exists(paths)
        let location = try location(paths, in: context)
        let database = try explaining(paths) { try Database.openOrMake(location, now: context.clock.now) }
        if isNew {
            let key = location.keyFile ?? "\(location.configuration)/\(database.stateID).key"
            context.note("made the state in \(paths.state), sealed by the master key \(key)")
            context.note("keep a copy of that key apart from the state: without it nothing in there can be read")
        }
        return OpenState(paths: paths, database: database, isNew: isNew)
    }

    /// Runs `body` while no other process does so on this state: what is found missing is made once, and outputs that
    /// belong together are written together. Waits as long as another holds the lock, and says so.
    func exclusively<Value>(in context: CommandContext, _ body: () async throws -> Value) async throws -> Value {
        let lock = try RunLock(folder: paths.state)
        defer { lock.close() }
        var looks = 0
        while try !lock.isTaken() {
            looks += 1
            if looks == 20 { context.note("waiting for another kindling that works on \(paths.state)") }
            try await Task.sleep(for: .milliseconds(50))
        }
        return try await body()
    }

    /// Notes in the audit log what a person did by a command. `object` names it and never is a secret.
    func record(_ action: String, _ object: String, in context: CommandContext) async throws {
        let actor = context.variable("SUDO_USER") ?? context.variable("USER") ?? "cli"
        let entry = AuditEntry(time: context.clock.now, actor: actor, action: action, object: object, detail: "")
        try await database.audit(append: entry)
    }

    /// Adds to errors of the store what only a command knows: its flags, and that the disk is full. SQLite needs room even
    /// to read, and tells of its lack in many ways.
    private static func explaining(_ paths: LabPaths, _ open: () throws -> Database) throws -> Database {
        do {
            return try open()
        } catch let error as StorageError {
            if error.code == .stateMissing {
                throw CommandError(.stateMissing, error.message, remedy: paths.command("init"))
            }
            guard error.code == .stateFailed || error.code == .stateReadOnly, isFull(paths.state) else { throw error }
            throw CommandError(
                .stateFull,
                "no space left to open the state \(paths.state); nothing was changed",
                remedy: "free some space: df -h \(ShellText.quoted(paths.state))"
            )
        }
    }

    /// Whether less is free on a folder's file system than the 32 KiB that SQLite's index of its log begins with.
    private static func isFull(_ folder: String) -> Bool {
        Files.freeBytes(at: folder).map { $0 < 65_536 } ?? false
    }

    private static func location(_ paths: LabPaths, in context: CommandContext) throws -> StateLocation {
        let home = context.variable("XDG_CONFIG_HOME") ?? context.variable("HOME").map { "\($0)/.config" }
        let keyFile = context.variable("KINDLING_KEY_FILE")
        guard keyFile != nil || home != nil else {
            throw CommandError(
                .badArgument,
                "neither HOME nor KINDLING_KEY_FILE is set, so there is no place for the master key",
                remedy: "name it: KINDLING_KEY_FILE=/etc/kindling/master.key kindling …"
            )
        }
        return StateLocation(
            folder: paths.state,
            outputs: paths.out,
            keyFile: keyFile,
            configuration: "\(home ?? "")/kindling",
            credentials: context.variable("CREDENTIALS_DIRECTORY")
        )
    }
}
