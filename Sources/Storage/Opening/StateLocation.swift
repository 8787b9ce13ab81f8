//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import Support

/// Where the state of a lab and its master key are.
package struct StateLocation: Sendable {
    /// The folder of the state.
    package var folder: String
    /// The folder of outputs; the master key never lies in it.
    package var outputs: String
    /// The master key file, where one is named; otherwise it is in ``configuration`` under the id of the state.
    package var keyFile: String?
    /// The folder for the master keys of all labs, `~/.config/kindling` as a rule.
    package var configuration: String
    /// The folder in which systemd shows a service its credentials (systemd.exec(5), `CREDENTIALS_DIRECTORY`), if any.
    package var credentials: String?

    package init(
        folder: String,
        outputs: String,
        keyFile: String?,
        configuration: String,
        credentials: String? = nil
    ) {
        self.folder = folder
        self.outputs = outputs
        self.keyFile = keyFile
        self.configuration = configuration
        self.credentials = credentials
    }

    /// The database file.
    var database: String { "\(folder)/kindling.sqlite" }

    /// The master key file of the state with this id.
    ///
    /// Throws ``StorageError`` when it would lie in the state or among the outputs: whoever copies those must not get
    /// the key with them.
    func keyFile(stateID: String) throws(StorageError) -> String {
        let path = keyFile ?? "\(configuration)/\(stateID).key"
        for place in [folder, outputs] where Self.resolved(path).hasPrefix(Self.resolved(place) + "/") {
            throw StorageError(
                .keyFileMisplaced,
                "the master key \(path) lies inside \(place), whose copies it protects",
                remedy: "move it elsewhere and name it with KINDLING_KEY_FILE"
            )
        }
        return path
    }

    /// Whether a file lies right among systemd's credentials.
    func isCredential(_ path: String) -> Bool {
        guard let credentials else { return false }
        return Self.resolved(Files.split(path).folder) == Self.resolved(credentials)
    }

    /// The path without links and dots; parts that do not exist yet are kept as they are.
    static func resolved(_ path: String) -> String {
        if let real = realpath(path, nil) {
            defer { free(real) }
            let text = String(cString: real)
            return text == "/" ? "" : text
        }
        let (folder, name) = Files.split(path)
        switch name {
        case "", ".": return resolved(folder)
        case "..": return Files.split(resolved(folder)).folder
        default: return folder == path ? path : "\(resolved(folder))/\(name)"
        }
    }
}
