//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import Support

/// The folder that holds the database: for its owner alone, and out of git.
struct StateFolder {
    let path: String

    /// Makes the folder if there is none, 0700, with a `.gitignore` that covers all of it.
    func make() throws(StorageError) {
        do throws(FileError) {
            try Files.makeFolder(path, mode: 0o700)
            let ignore = "\(path)/.gitignore"
            if !Files.exists(ignore) { try Files.write(Array("*\n".utf8), to: ignore) }
        } catch {
            throw StorageError(error)
        }
    }

    /// Throws ``StorageError`` when another user could read or change what is in the folder.
    func check() throws(StorageError) {
        guard let mode = Files.mode(of: path) else { throw .missing(path) }
        guard Files.isFolder(path) else {
            throw StorageError(.stateUnsafe, "\(path) is no folder", remedy: "name the folder with --state")
        }
        guard mode & 0o077 == 0 else {
            throw StorageError(
                .stateUnsafe,
                "the folder \(path) is open to other users (mode \(String(mode, radix: 8)))",
                remedy: "chmod 700 \(path)"
            )
        }
    }

    /// Runs `body` while no other process opens or makes the state of this folder.
    func locked<Value>(_ body: () throws(StorageError) -> Value) throws(StorageError) -> Value {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw StorageError(FileError(.fileUnreadable, "cannot open", path, errno: errno))
        }
        // Closing lets go of the lock; so does the end of the process, however it comes.
        defer { close(descriptor) }
        var attempts = 0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw StorageError(FileError(.fileUnwritable, "cannot lock", path, errno: errno))
            }
            attempts += 1
            guard attempts < 1_000 else {
                throw StorageError(
                    .stateLocked,
                    "another process is opening the state \(path)",
                    remedy: StorageError.lockRemedy(path)
                )
            }
            usleep(10_000)
        }
        return try body()
    }

    /// Makes an empty database file, 0600; SQLite gives the files beside it the same mode.
    func makeDatabase(_ path: String) throws(StorageError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_t(0o600))
        guard descriptor >= 0 else {
            throw StorageError(FileError(.fileUnwritable, "cannot write", path, errno: errno))
        }
        defer { close(descriptor) }
        // Not subject to the umask, which may be 0777.
        guard fchmod(descriptor, mode_t(0o600)) == 0 else {
            throw StorageError(FileError(.fileUnwritable, "cannot set the mode of", path, errno: errno))
        }
    }
}
