//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc

/// Reading and writing of whole files.
package enum Files {
    /// The bytes of a file. Throws ``FileError`` when it cannot be read or has more than `limit` bytes.
    package static func read(_ path: String, limit: Int = 64 << 20) throws(FileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(.fileUnreadable, "cannot read", path, errno: errno) }
        defer { close(descriptor) }
        return try read(descriptor: descriptor, named: path, limit: limit)
    }

    /// All that an open descriptor gives, standard input for example.
    package static func read(
        descriptor: Int32,
        named name: String,
        limit: Int = 64 << 20
    ) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(.fileUnreadable, "cannot read", name, errno: errno)
            }
            bytes.append(contentsOf: buffer[0..<count])
            guard bytes.count <= limit else {
                throw FileError(.fileTooLarge, "\(name) is larger than \(limit) bytes")
            }
        }
    }

    /// Writes a file so that every reader sees either the old or the new content, whole, even after a crash.
    ///
    /// A new file beside it (`O_EXCL`, `O_NOFOLLOW`) is written, flushed to disk and renamed; then the folder is
    /// flushed.
    ///
    /// - Parameters:
    ///   - bytes: the content.
    ///   - path: the file.
    ///   - mode: its permission bits, 0600 for what holds a secret.
    /// - Throws: ``FileError``; the old file then stands as it was.
    package static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(FileError) {
        try write([Content(path: path, bytes: bytes, mode: mode)])
    }

    /// What a file shall hold.
    package struct Content: Sendable {
        package var path: String
        package var bytes: [UInt8]
        /// Permission bits.
        package var mode: UInt32

        package init(path: String, bytes: [UInt8], mode: UInt32 = 0o644) {
            self.path = path
            self.bytes = bytes
            self.mode = mode
        }
    }

    /// Writes files that belong together: all are on disk before the first takes its place, in the order given.
    ///
    /// Throws ``FileError`` as ``write(_:to:mode:)``; when a file cannot be prepared, all old ones stand as they were.
    package static func write(_ contents: [Content]) throws(FileError) {
        var staged: [(temporary: String, path: String)] = []
        defer { for file in staged { unlink(file.temporary) } }
        for content in contents { staged.append((try stage(content), content.path)) }
        while let file = staged.first {
            guard rename(file.temporary, file.path) == 0 else {
                throw FileError(.fileUnwritable, "cannot write", file.path, errno: errno)
            }
            staged.removeFirst()
        }
        for folder in Set(contents.map { split($0.path).folder }) { try flush(folder: folder) }
    }

    /// Writes a new file beside the one that it will replace, and gives its path.
    private static func stage(_ content: Content) throws(FileError) -> String {
        let (folder, name) = split(content.path)
        let temporary = "\(folder)/.\(name).\(Encoding.hex(SystemRandomSource().bytes(6))).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_t(content.mode))
        guard descriptor >= 0 else { throw FileError(.fileUnwritable, "cannot write", content.path, errno: errno) }
        do throws(FileError) {
            defer { close(descriptor) }
            // Not subject to the umask: the mode is the one asked for.
            guard fchmod(descriptor, mode_t(content.mode)) == 0 else {
                throw FileError(.fileUnwritable, "cannot set the mode of", content.path, errno: errno)
            }
            try writeAll(content.bytes, to: descriptor, named: content.path)
            guard fsync(descriptor) == 0 else {
                throw FileError(.fileUnwritable, "cannot flush", content.path, errno: errno)
            }
        } catch {
            unlink(temporary)
            throw error
        }
        return temporary
    }

    /// Makes a folder and those above it with the given permission bits; one that stands already is left as it is.
    package static func makeFolder(_ path: String, mode: UInt32 = 0o755) throws(FileError) {
        if isFolder(path) { return }
        let (parent, _) = split(path)
        if parent != path, !isFolder(parent) { try makeFolder(parent, mode: mode) }
        guard mkdir(path, mode_t(mode)) == 0 || errno == EEXIST else {
            throw FileError(.fileUnwritable, "cannot make the folder", path, errno: errno)
        }
    }

    /// Whether something stands at a path, a dangling link included.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Whether a folder, or a link to one, stands at a path.
    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The permission bits of a file, or `nil` when there is none.
    package static func mode(of path: String) -> UInt32? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return UInt32(status.st_mode & 0o7777)
    }

    /// Names in a folder, sorted, without `.` and `..`; empty when there is no such folder.
    package static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes a file; one that is not there is no error.
    package static func remove(_ path: String) throws(FileError) {
        guard unlink(path) == 0 || errno == ENOENT else {
            throw FileError(.fileUnwritable, "cannot remove", path, errno: errno)
        }
    }

    /// The folder and the last name of a path; `.` where it names no folder.
    package static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = path[..<slash]
        return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
    }

    private static func writeAll(
        _ bytes: [UInt8],
        to descriptor: Int32,
        named path: String
    ) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(.fileUnwritable, "cannot write", path, errno: errno)
            }
            done += count
        }
    }

    private static func flush(folder: String) throws(FileError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw FileError(.fileUnwritable, "cannot flush", folder, errno: errno)
        }
    }
}
