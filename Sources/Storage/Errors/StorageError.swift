//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import GRDB
package import Support

/// The state cannot be opened, read or written.
package struct StorageError: KindlingError {
    package let code: ErrorCode
    package let message: String
    package let remedy: String?

    init(_ code: ErrorCode, _ message: String, remedy: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    /// The same error of the file system, in the words of the state.
    init(_ error: FileError) {
        self.init(error.code, error.message, remedy: error.remedy)
    }

    /// What SQLite reports, in the words of the state in `folder`. SQL and its arguments stay out.
    init(_ error: DatabaseError, folder: String) {
        let words = error.message ?? "error \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            self.init(
                .stateBroken,
                "the database of the state \(folder) is damaged: \(words)",
                remedy: "move \(folder) away and put back your last backup of it; nothing was changed"
            )
        case .SQLITE_FULL:
            self.init(
                .stateFull,
                "no space left to write the state \(folder); nothing was changed",
                remedy: "free some space: df -h \(folder)"
            )
        case .SQLITE_IOERR where Files.freeBytes(at: folder) == 0:
            // SQLite needs room even to read, for the index of its log, and tells of its lack as a failed read or write.
            self.init(
                .stateFull,
                "no space left to work on the state \(folder); nothing was changed",
                remedy: "free some space: df -h \(folder)"
            )
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(
                .stateReadOnly,
                "cannot write the state \(folder): \(words)",
                remedy: "run as its owner, and check: ls -la \(folder)"
            )
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.stateLocked, "another process holds the state \(folder)", remedy: Self.lockRemedy(folder))
        default:
            self.init(.stateFailed, "the state \(folder) failed: \(words)")
        }
    }

    static func lockRemedy(_ folder: String) -> String {
        "try again, or find the process: fuser -v \(folder)/*"
    }

    static func missing(_ folder: String) -> StorageError {
        StorageError(.stateMissing, "there is no state in \(folder)", remedy: "kindling init")
    }

    static func damaged(_ what: String) -> StorageError {
        StorageError(.stateBroken, "the state holds \(what)", remedy: "put back your last backup of the state")
    }
}

extension ErrorCode {
    /// No state has been made in the folder yet.
    package static let stateMissing = ErrorCode("state.missing")
    /// The folder of the state is open to other users, or is no folder.
    package static let stateUnsafe = ErrorCode("state.unsafe-folder", exit: .notPermitted)
    /// The database is damaged, or is none.
    package static let stateBroken = ErrorCode("state.broken", exit: .badInput)
    /// A newer kindling has written the state.
    package static let stateNewer = ErrorCode("state.newer")
    /// The disk is full.
    package static let stateFull = ErrorCode("state.disk-full", exit: .cannotWrite)
    /// The state cannot be written by this user or on this file system.
    package static let stateReadOnly = ErrorCode("state.read-only", exit: .cannotWrite)
    /// Another process held the state for too long.
    package static let stateLocked = ErrorCode("state.locked")
    /// SQLite failed in another way.
    package static let stateFailed = ErrorCode("state.failed")
    /// The master key file is not where it should be.
    package static let keyFileMissing = ErrorCode("state.key.missing", exit: .badInput)
    /// The master key file does not hold a master key.
    package static let keyFileBroken = ErrorCode("state.key.broken", exit: .badInput)
    /// The master key file can be read or written by other users.
    package static let keyFileOpen = ErrorCode("state.key.open-to-others", exit: .notPermitted)
    /// The master key file would lie beside what it protects.
    package static let keyFileMisplaced = ErrorCode("state.key.misplaced", exit: .usage)
    /// The master key belongs to another state.
    package static let keyWrong = ErrorCode("state.key.wrong", exit: .notPermitted)
}
