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
import TestSupport

/// The state's own, where a test imports GRDB too.
typealias Database = Storage.Database

/// A place for a state, in a temporary folder of its own.
struct StateFixture {
    let temporary: TemporaryFolder
    var location: StateLocation

    /// Where and when the tests happen; whole seconds.
    static let now = Date(timeIntervalSince1970: 1_800_000_000)

    init() throws {
        temporary = try TemporaryFolder()
        location = StateLocation(
            folder: "\(temporary.path)/state",
            outputs: "\(temporary.path)/out",
            keyFile: nil,
            configuration: "\(temporary.path)/config/kindling"
        )
    }

    var databaseFile: String { "\(location.folder)/kindling.sqlite" }

    func make() throws -> Database {
        try Database.openOrMake(location, now: Self.now)
    }

    /// The one master key file in the configuration folder.
    var keyFile: String {
        "\(location.configuration)/\(Files.names(in: location.configuration).first ?? "")"
    }

    /// Every byte that lies in the folder of the state.
    func bytes() throws -> [String: [UInt8]] {
        var bytes: [String: [UInt8]] = [:]
        for name in Files.names(in: location.folder) {
            bytes[name] = try Files.read("\(location.folder)/\(name)")
        }
        return bytes
    }

    /// A copy of the state as it lies on disk now, in a folder of its own beside it.
    func copy(to name: String) throws -> StateLocation {
        var copy = location
        copy.folder = "\(temporary.path)/\(name)"
        try Files.makeFolder(copy.folder, mode: 0o700)
        for (name, content) in try bytes() where !name.hasSuffix("-shm") {
            try Files.write(content, to: "\(copy.folder)/\(name)", mode: 0o600)
        }
        return copy
    }
}

extension Sequence<UInt8> {
    /// Whether the bytes of a text, or of its base64 or hexadecimal form, occur.
    func holds(_ needle: [UInt8]) -> Bool {
        let data = Data(self)
        return data.firstRange(of: Data(needle)) != nil
    }
}
