//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import PKI
import Support

/// Finds certificates in files and folders that the user names.
struct CertificateFiles {
    /// What all of them hold.
    private(set) var findings = CertificateFinder.Findings()
    /// Files below a folder that hold nothing of the kind.
    private(set) var emptyFiles = 0

    /// How deep folders are followed.
    private static let depth = 16
    /// How many entries of folders are looked at.
    private static let entries = 100_000

    private var seen = 0

    /// Reads all files, and those below all folders.
    ///
    /// Throws ``PKIError`` for a path that holds no certificate, a file that is too large and a folder with too much in
    /// it, ``FileError`` for what cannot be read.
    init(_ paths: [String]) throws {
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
        let new = try CertificateFinder.find(in: bytes, file: path)
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
        for name in Files.names(in: folder) {
            seen += 1
            guard seen <= Self.entries else {
                throw PKIError(.certificateUnreadable, "the folders hold more than \(Self.entries) entries")
            }
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            switch (Files.kind(of: path), Files.kind(of: path, followingLinks: true)) {
            case (.folder?, _): try walk(path, depth: depth + 1)
            case (_, .file?): try read(path)
            default: break
            }
        }
    }
}
