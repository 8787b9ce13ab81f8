//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import PKI
import Support

/// Finds certificates in files and folders that the user names.
struct CertificateFiles {
    /// What all of them hold.
    private(set) var findings = CertificateFinder.Findings()
    /// Files below a folder that hold nothing of the kind.
    private(set) var emptyFiles = 0
    /// Files below a folder that are too large to be looked into.
    private(set) var largeFiles: [String] = []

    /// How deep folders are followed.
    private static let depth = 16
    /// How many entries of folders are looked at.
    private static let entries = 100_000

    private var seen = 0
    private let keystore: CertificateFinder.KeystoreReader?

    /// Reads all files, and those below all folders; `keystore` opens PKCS#12.
    ///
    /// Below a folder, what cannot be read is told with what is broken. Throws ``PKIError`` for a path that holds no
    /// certificate and a folder with too much in it, ``FileError`` for a named file that cannot be read or is too large.
    init(_ paths: [String], keystore: CertificateFinder.KeystoreReader? = nil) throws {
        self.keystore = keystore
        for path in paths {
            let before = count
            if Files.isFolder(path) {
                try walk(path, depth: 0)
            } else {
                try read(path)
            }
            guard count > before else {
                throw PKIError(.certificateUnreadable, "\(path) holds no certificate")
            }
        }
    }

    private var count: Int { findings.found.count + findings.unreadable.count }

    private mutating func read(_ path: String) throws {
        let bytes = try Files.read(path, limit: CertificateFinder.sizeLimit)
        let new = try CertificateFinder.find(in: bytes, file: path, keystore: keystore)
        findings.found += new.found
        findings.unreadable += new.unreadable
        if new.isEmpty { emptyFiles += 1 }
    }

    /// Reads files below a folder, links to files too, as ConfigMaps and trust folders have them. Links to folders are
    /// not followed, so that none leads in circles.
    private mutating func walk(_ folder: String, depth: Int) throws {
        guard depth <= Self.depth else {
            throw PKIError(.certificateUnreadable, "\(folder) lies more than \(Self.depth) folders deep")
        }
        guard access(folder, R_OK | X_OK) == 0 else { return refuse(folder, "the folder cannot be read") }
        for name in Files.names(in: folder) {
            seen += 1
            guard seen <= Self.entries else {
                throw PKIError(.certificateUnreadable, "the folders hold more than \(Self.entries) entries")
            }
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            switch (Files.kind(of: path), Files.kind(of: path, followingLinks: true)) {
            case (.folder?, _): try walk(path, depth: depth + 1)
            case (_, .file?): try readBelowFolder(path)
            default: break
            }
        }
    }

    /// Reads a file that nobody named, so that it must not end the search.
    private mutating func readBelowFolder(_ path: String) throws {
        do {
            try read(path)
        } catch let error as FileError where error.code == .fileTooLarge {
            largeFiles.append(path)
        } catch let error as FileError {
            refuse(path, error.message)
        }
    }

    private mutating func refuse(_ path: String, _ reason: String) {
        findings.unreadable.append(UnreadableCertificate(location: .init(file: path), reason: reason))
    }
}

extension CertificateFiles {
    /// Says on standard error what was not looked into.
    func report(in context: CommandContext) {
        for file in largeFiles {
            context.warn(
                CellText.visible("\(file) is larger than \(CertificateFinder.sizeLimit >> 20) MiB; passed over")
            )
        }
        if emptyFiles > 0 { context.note("files without a certificate: \(emptyFiles)") }
    }
}
