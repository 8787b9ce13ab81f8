//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc

/// What can stand at a path.
package enum FileKind: Sendable, Hashable {
    case file, link, folder, other
}

extension Files {
    /// What stands at a path; `nil` for nothing. Links are not followed unless asked for.
    package static func kind(of path: String, followingLinks: Bool = false) -> FileKind? {
        var status = stat()
        guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFLNK: .link
        case S_IFDIR: .folder
        default: .other
        }
    }
}

extension Files {
    /// Bytes that this user may still write on a folder's file system; `nil` when nobody can tell.
    package static func freeBytes(at folder: String) -> UInt64? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }
}
