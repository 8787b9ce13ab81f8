//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
import FoundationEssentials
import Glibc
import Support

/// A file with a master key: comment lines, then one line `kindling-master-key-1 KEY`, 256 bits in base64url.
struct KeyFile {
    let path: String
    /// Whether systemd put it there as a credential. Where that lies on tmpfs it is opened to the service by an access
    /// control list, which shows as the read bit of the group; the folder above it is closed to all others.
    var isCredential = false

    private static let label = "kindling-master-key-1 "

    /// The key. Throws ``StorageError`` when the file is missing, open to other users, or holds no key.
    func read(stateID: String) throws(StorageError) -> SymmetricKey {
        guard Files.exists(path) else {
            throw StorageError(
                .keyFileMissing,
                "the master key of the state \(stateID) is not at \(path)",
                remedy: "restore \(path) from your backup, or name the file with KINDLING_KEY_FILE"
            )
        }
        let mode = Files.mode(of: path) ?? 0
        guard mode & 0o077 & (isCredential ? ~0o040 : ~0) == 0 else {
            throw StorageError(
                .keyFileOpen,
                "the master key \(path) is open to other users (mode \(String(mode, radix: 8)))",
                remedy: "chmod 600 \(path)"
            )
        }
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try Files.read(path, limit: 4_096)
        } catch {
            throw StorageError(error)
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .filter { !$0.hasPrefix("#") }
        guard lines.count == 1, lines[0].hasPrefix(Self.label),
            let key = Encoding.bytes(base64URL: String(lines[0].dropFirst(Self.label.count))), key.count == 32
        else {
            throw StorageError(
                .keyFileBroken,
                "\(path) holds no master key",
                remedy: "restore \(path) from your backup"
            )
        }
        return SymmetricKey(data: key)
    }

    /// Makes a new key in a new file, 0600. Whoever is second to the same path fails; no reader sees half a file.
    func make(stateID: String, now: Date) throws(StorageError) -> SymmetricKey {
        let key = SymmetricKey(size: .bits256)
        let text = """
            # Master key of the kindling state \(stateID), made \(now.formatted(.iso8601)).
            # It opens the private keys and secrets in that state; whoever has both has the lab.
            # Keep a copy, apart from the backups of the state: without this file they are of no use.
            \(Self.label)\(key.withUnsafeBytes { Encoding.base64URL($0) })

            """
        let draft = "\(path).\(Encoding.hex(SystemRandomSource().bytes(6)))"
        do throws(FileError) {
            try Files.makeFolder(Files.split(path).folder, mode: 0o700)
            try Files.write(Array(text.utf8), to: draft, mode: 0o600)
        } catch {
            throw StorageError(error)
        }
        defer { unlink(draft) }
        // Unlike a renaming, a link never replaces a key that stands already.
        guard link(draft, path) == 0 else {
            throw StorageError(FileError(.fileUnwritable, "cannot make the master key", path, errno: errno))
        }
        flushFolder()
        return key
    }

    private func flushFolder() {
        let descriptor = open(Files.split(path).folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
