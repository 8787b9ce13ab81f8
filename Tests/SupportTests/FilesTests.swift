//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import Support
import Synchronization
import TestSupport
import Testing

@Suite struct FilesTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [0o600, 0o644, 0o666, 0o777, 0o400] as [UInt32])
    func `a file is written with its content and exactly its mode`(mode: UInt32) throws {
        let path = "\(folder.path)/file"
        try Files.write(Array("new\n".utf8), to: path, mode: mode)
        #expect(try Files.read(path) == Array("new\n".utf8))
        #expect(Files.mode(of: path) == mode)
        #expect(Files.names(in: folder.path) == ["file"])
    }

    @Test func `a file is replaced with its mode, not written into`() throws {
        let path = try folder.write("old", to: "file", mode: 0o666)
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        try Files.write(Array("new".utf8), to: path, mode: 0o600)
        #expect(try Files.read(path) == Array("new".utf8))
        #expect(Files.mode(of: path) == 0o600)
        // Who had opened the old file still reads it whole.
        #expect(try Files.read(descriptor: descriptor, named: path) == Array("old".utf8))
    }

    @Test func `a link at the target is replaced, what it points to stays`() throws {
        let other = try folder.write("untouched", to: "elsewhere/other")
        let path = "\(folder.path)/file"
        try #require(symlink(other, path) == 0)
        try Files.write(Array("new".utf8), to: path)
        #expect(try Files.read(other) == Array("untouched".utf8))
        var status = stat()
        #expect(lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG)
        #expect(try Files.read(path) == Array("new".utf8))
    }

    @Test func `readers see the old or the new content, never a part`() async throws {
        let path = "\(folder.path)/file"
        let contents = [[UInt8](repeating: 0x61, count: 100_000), [UInt8](repeating: 0x62, count: 50_000)]
        try Files.write(contents[0], to: path)
        let done = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { done.isSet.withLock { $0 = true } }
                for round in 0..<40 { try Files.write(contents[round % 2], to: path) }
            }
            group.addTask {
                while !done.isSet.withLock({ $0 }) {
                    let seen = try Files.read(path)
                    #expect(contents.contains(seen))
                }
            }
            try await group.waitForAll()
        }
        #expect(Files.names(in: folder.path) == ["file"])
    }

    @Test func `a folder that is missing, or no folder, is refused`() throws {
        let file = try folder.write("x", to: "file")
        for path in [
            "\(folder.path)/none/file", "\(file)/below", "\(folder.path)/\(String(repeating: "n", count: 300))",
        ] {
            let error = #expect(throws: FileError.self) { try Files.write([1], to: path) }
            #expect(error?.code == .fileUnwritable)
            #expect(error?.code.exit == .cannotWrite)
            #expect(error?.message.contains(path) ?? false)
        }
        #expect(Files.names(in: folder.path) == ["file"])
    }

    @Test func `a folder at the target is refused and nothing is left behind`() throws {
        let path = "\(folder.path)/taken"
        try Files.makeFolder("\(path)/inner")
        #expect(throws: FileError.self) { try Files.write([1], to: path) }
        #expect(Files.names(in: folder.path) == ["taken"])
        #expect(Files.isFolder("\(path)/inner"))
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func `a folder without the right to write is refused with a remedy`() throws {
        let path = "\(folder.path)/closed"
        try Files.makeFolder(path, mode: 0o500)
        let error = #expect(throws: FileError.self) { try Files.write([1], to: "\(path)/file") }
        #expect(error?.remedy == "check the owner and mode: ls -ld \(path)/file")
    }

    @Test func `a file system without writing is refused`() {
        let error = #expect(throws: FileError.self) { try Files.write([1], to: "/proc/kindling-test") }
        #expect(error?.code == .fileUnwritable)
    }

    @Test func `what cannot be read is refused`() throws {
        for path in ["\(folder.path)/none", folder.path] {
            let error = #expect(throws: FileError.self) { try Files.read(path) }
            #expect(error?.code == .fileUnreadable)
            #expect(error?.code.exit == .badInput)
            #expect(error?.message.hasPrefix("cannot read \(path): ") ?? false)
        }
    }

    @Test func `a file above the limit is refused, one at the limit is read`() throws {
        let path = try folder.write(String(repeating: "x", count: 70_000), to: "file")
        #expect(try Files.read(path, limit: 70_000).count == 70_000)
        let error = #expect(throws: FileError.self) { try Files.read(path, limit: 69_999) }
        #expect(error?.code == .fileTooLarge)
        // Endless: only the limit ends it.
        #expect(throws: FileError.self) { try Files.read("/dev/zero", limit: 1 << 20) }
    }

    @Test func `a descriptor is read to its end`() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        #expect(write(ends[1], "abc", 3) == 3)
        close(ends[1])
        #expect(try Files.read(descriptor: ends[0], named: "standard input") == Array("abc".utf8))
    }

    @Test func `folders are made with those above them, and left as they are`() throws {
        let path = "\(folder.path)/a/b/c"
        try Files.makeFolder(path, mode: 0o700)
        #expect(Files.mode(of: path) == 0o700)
        try Files.makeFolder(path, mode: 0o755)
        #expect(Files.mode(of: path) == 0o700)
        let file = try folder.write("x", to: "file")
        #expect(throws: FileError.self) { try Files.makeFolder("\(file)/below") }
    }

    @Test func `removing is done once, and no error twice`() throws {
        let path = try folder.write("x", to: "file")
        try Files.remove(path)
        #expect(!Files.exists(path))
        try Files.remove(path)
        try Files.makeFolder(path)
        #expect(throws: FileError.self) { try Files.remove(path) }
    }

    @Test func `a dangling link exists, and is no folder`() throws {
        let path = "\(folder.path)/link"
        try #require(symlink("\(folder.path)/none", path) == 0)
        #expect(Files.exists(path))
        #expect(!Files.isFolder(path))
        #expect(Files.kind(of: path) == .link)
        #expect(Files.kind(of: folder.path) == .folder)
        #expect(Files.kind(of: "\(folder.path)/none") == nil)
        #expect(Files.mode(of: path) == nil)
        try Files.remove(path)
        #expect(!Files.exists(path))
    }

    @Test func `names are sorted and complete`() throws {
        for name in ["b", "a", ".hidden", "ü", String(repeating: "n", count: 230)] { try folder.write("x", to: name) }
        #expect(Files.names(in: folder.path) == [".hidden", "a", "b", String(repeating: "n", count: 230), "ü"])
        #expect(Files.names(in: "\(folder.path)/none").isEmpty)
    }

    @Test(arguments: [
        ("lab.yaml", ".", "lab.yaml"), ("a/b", "a", "b"), ("/a", "/", "a"), ("/a/b/c", "/a/b", "c"), ("a/", "a", ""),
    ])
    func `a path is split into folder and name`(path: String, parent: String, name: String) {
        #expect(Files.split(path) == (parent, name))
    }

    private final class Flag: Sendable {
        let isSet = Mutex(false)
    }
}
