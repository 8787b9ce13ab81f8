//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import Support

/// A folder that is removed with its content when the value goes.
package final class TemporaryFolder: Sendable {
    /// Its absolute path.
    package let path: String

    /// Makes a new, empty folder, mode 0700.
    package init() throws {
        path = "/tmp/kindling-test-\(Encoding.hex(SystemRandomSource().bytes(8)))"
        try Files.makeFolder(path, mode: 0o700)
    }

    deinit { Self.remove(path) }

    /// Writes a file below the folder and gives its path.
    @discardableResult
    package func write(_ text: String, to name: String, mode: UInt32 = 0o644) throws -> String {
        let target = "\(path)/\(name)"
        try Files.makeFolder(Files.split(target).folder)
        try Files.write(Array(text.utf8), to: target, mode: mode)
        return target
    }

    private static func remove(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in Files.names(in: path) { remove("\(path)/\(name)") }
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}
