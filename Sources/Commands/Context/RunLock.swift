//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import Support

/// A lock between processes on one state: a file of its own, since locks on the database's file are SQLite's.
struct RunLock {
    private let descriptor: Int32
    private let path: String

    /// Opens the file, and makes it if need be; it is not locked yet.
    init(folder: String) throws(FileError) {
        path = "\(folder)/run.lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, mode_t(0o600))
        guard descriptor >= 0 else { throw FileError(.fileUnwritable, "cannot open", path, errno: errno) }
    }

    /// Takes the lock; `false` while another process has it.
    func isTaken() throws(FileError) -> Bool {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        guard errno == EWOULDBLOCK || errno == EINTR else {
            throw FileError(.fileUnwritable, "cannot lock", path, errno: errno)
        }
        return false
    }

    /// Lets go of it; so does the end of the process, however it comes.
    func close() { Glibc.close(descriptor) }
}
