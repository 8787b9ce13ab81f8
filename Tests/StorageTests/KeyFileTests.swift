//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Glibc
import Secrets
import Support
import TestSupport
import Testing

@testable import Storage

@Suite struct KeyFileTests {
    private let fixture: StateFixture

    init() throws {
        fixture = try StateFixture()
    }

    private func code(_ body: () throws -> Database) -> ErrorCode? {
        #expect(throws: StorageError.self) { try body() }?.code
    }

    @Test("a missing key names its place and the way back, and no new one is made")
    func missing() throws {
        try fixture.make().close()
        let path = fixture.keyFile
        let key = try Files.read(path)
        try Files.remove(path)
        for open in [{ try Database.open(fixture.location) }, { try fixture.make() }] {
            let error = #expect(throws: StorageError.self) { try open() }
            #expect(error?.code == .keyFileMissing)
            #expect(error?.message.contains(path) == true)
            #expect(error?.remedy?.contains("restore \(path) from your backup") == true)
        }
        #expect(!Files.exists(path))
        try Files.write(key, to: path, mode: 0o600)
        _ = try Database.open(fixture.location)
    }

    @Test("the key of another state does not open this one, and nothing changes")
    func wrong() async throws {
        let database = try fixture.make()
        _ = try await database.addFirstNamedSecret(.example)
        database.close()
        let before = try Files.read(fixture.databaseFile)
        let other = try StateFixture()
        try other.make().close()
        var location = fixture.location
        location.keyFile = other.keyFile
        let error = #expect(throws: StorageError.self) { try Database.open(location) }
        #expect(error?.code == .keyWrong)
        #expect(error?.code.exit == .notPermitted)
        #expect(code { try Database.openOrMake(location, now: StateFixture.now) } == .keyWrong)
        #expect(try Files.read(fixture.databaseFile) == before)
        let again = try Database.open(fixture.location)
        #expect(try await again.namedSecret("example")?.value == NamedSecret.example.value)
    }

    @Test("the read bit of the group is taken for systemd's among its credentials, and nowhere else")
    func credential() throws {
        try fixture.make().close()
        var location = fixture.location
        location.keyFile = fixture.keyFile
        location.credentials = "\(location.configuration)/"
        for (mode, isTaken) in [(0o440, true), (0o400, true), (0o460, false), (0o444, false), (0o450, false)] {
            chmod(fixture.keyFile, mode_t(mode))
            if isTaken {
                _ = try Database.open(location)
            } else {
                #expect(code { try Database.open(location) } == .keyFileOpen)
            }
        }
        chmod(fixture.keyFile, 0o440)
        location.credentials = fixture.temporary.path
        #expect(code { try Database.open(location) } == .keyFileOpen)
    }

    @Test("a key that others may read or write is refused", arguments: [0o644, 0o640, 0o620, 0o604] as [mode_t])
    func readable(mode: mode_t) throws {
        try fixture.make().close()
        chmod(fixture.keyFile, mode)
        let error = #expect(throws: StorageError.self) { try Database.open(fixture.location) }
        #expect(error?.code == .keyFileOpen)
        #expect(error?.remedy == "chmod 600 \(fixture.keyFile)")
    }

    @Test("a key may be read-only for its owner, as service managers hand it over")
    func readOnly() throws {
        try fixture.make().close()
        chmod(fixture.keyFile, 0o400)
        _ = try Database.open(fixture.location)
    }

    @Test(
        "a file that holds no key is refused",
        arguments: [
            "", "# comment\n", "kindling-master-key-1 \n", "kindling-master-key-1 abc\n", "kindling-master-key-2 KEY\n",
            "kindling-master-key-1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
            "kindling-master-key-1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nmore\n",
        ]
    )
    func malformed(text: String) throws {
        try fixture.make().close()
        try Files.write(Array(text.utf8), to: fixture.keyFile, mode: 0o600)
        #expect(code { try Database.open(fixture.location) } == .keyFileBroken)
    }

    @Test("the error about a broken key does not quote it")
    func notQuoted() throws {
        try fixture.make().close()
        try Files.write(Array("kindling-master-key-1 hunter2hunter2\n".utf8), to: fixture.keyFile, mode: 0o600)
        let error = #expect(throws: StorageError.self) { try Database.open(fixture.location) }
        #expect(error?.description.contains("hunter2") == false)
        #expect(error?.remedy?.contains("hunter2") == false)
    }

    @Test(
        "a key inside the state or the outputs is refused before anything is written",
        arguments: ["state/key", "out/key", "out/deep/er/key", "link/key", "config/../out/key", "out/../state/./key"]
    )
    func misplaced(path: String) throws {
        try Files.makeFolder("\(fixture.temporary.path)/out")
        try Files.makeFolder("\(fixture.temporary.path)/config")
        symlink("\(fixture.temporary.path)/out", "\(fixture.temporary.path)/link")
        var location = fixture.location
        location.keyFile = "\(fixture.temporary.path)/\(path)"
        let error = #expect(throws: StorageError.self) {
            try Database.openOrMake(location, now: StateFixture.now)
        }
        #expect(error?.code == .keyFileMisplaced)
        #expect(!Files.exists(fixture.location.folder))
    }

    @Test("a folder whose name only begins like the outputs' is fine")
    func similarName() throws {
        var location = fixture.location
        location.keyFile = "\(fixture.temporary.path)/output-keys/lab.key"
        _ = try Database.openOrMake(location, now: StateFixture.now)
        #expect(Files.mode(of: "\(fixture.temporary.path)/output-keys/lab.key") == 0o600)
        #expect(!Files.exists(fixture.location.configuration))
        _ = try Database.open(location)
    }

    @Test("a key that stands already is used, never overwritten")
    func present() throws {
        try fixture.make().close()
        let key = try Files.read(fixture.keyFile)
        let second = try StateFixture()
        var location = second.location
        location.keyFile = fixture.keyFile
        try Database.openOrMake(location, now: StateFixture.now).close()
        #expect(try Files.read(fixture.keyFile) == key)
        _ = try Database.open(location)
        #expect(throws: StorageError.self) {
            try KeyFile(path: fixture.keyFile).make(stateID: "0", now: StateFixture.now)
        }
        #expect(try Files.read(fixture.keyFile) == key)
        #expect(Files.names(in: fixture.location.configuration).count == 1)
    }

    @Test("the key file says what it is for, and no key of it lies in the state")
    func content() throws {
        let database = try fixture.make()
        let text = String(decoding: try Files.read(fixture.keyFile), as: UTF8.self)
        #expect(text.hasPrefix("# Master key of the kindling state \(database.stateID), made 2027-01-15T08:00:00Z."))
        let key = try #require(text.split(separator: "\n").last?.split(separator: " ").last)
        let bytes = try #require(Encoding.bytes(base64URL: String(key)))
        #expect(bytes.count == 32)
        for (name, content) in try fixture.bytes() {
            #expect(!content.holds(bytes), "\(name)")
            #expect(!content.holds(Array(key.utf8)), "\(name)")
        }
    }
}
