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

/// A certificate database of NSS: that of a Firefox profile, or that which Chromium and others share.
struct NSSTrustStore: TrustStore {
    let kind = StoreKind.nss
    let place: String
    private let certutil: Program

    /// The program that changes such databases, and where it comes from.
    static let tool = StoreTool(name: "certutil", package: "libnss3-tools (Debian), nss-tools (Fedora)")

    /// Below the user's home: folders that are a database, and folders whose folders are.
    private static let databases = [".pki/nssdb", "snap/chromium/current/.pki/nssdb"]
    private static let profiles = [
        ".mozilla/firefox", ".config/mozilla/firefox", "snap/firefox/common/.mozilla/firefox",
        ".var/app/org.mozilla.firefox/.mozilla/firefox", ".var/app/org.mozilla.firefox/config/mozilla/firefox",
    ]

    /// The folders of the user's databases on a machine.
    static func places(on machine: Machine) -> [String] {
        guard let home = machine.home else { return [] }
        let below = profiles.map { "\(home)/\($0)" }.flatMap { folder in
            Files.names(in: machine.existing(folder) ?? "").map { "\(folder)/\($0)" }
        }
        return (databases.map { "\(home)/\($0)" } + below)
            .filter { machine.existing("\($0)/cert9.db") != nil }.compactMap(machine.existing)
    }

    init(place: String, certutil: Program) {
        self.place = place
        self.certutil = certutil
    }

    var isWritable: Bool { access("\(place)/cert9.db", W_OK) == 0 && access(place, W_OK) == 0 }

    func entries() async throws -> [StoreEntry] {
        var entries: [StoreEntry] = []
        for nickname in Self.trusted(try await run(["-L"])) {
            let text = try await run(["-L", "-n", nickname, "-a"])
            // Several certificates may share a nickname; only those of a user do, never kindling's.
            guard let certificate = try? PEM.split(text, file: nickname).first else { continue }
            entries.append(StoreEntry(key: nickname, name: nickname, certificate: certificate))
        }
        return entries
    }

    func add(_ root: LabelledRoot) async throws {
        let pem = Encoding.pem("CERTIFICATE", root.certificate)
        // C: an authority for servers, and for nothing else.
        _ = try await run(["-A", "-t", "C,,", "-n", root.label.description, "-a"], input: pem)
    }

    func remove(_ entry: StoreEntry) async throws { _ = try await run(["-D", "-n", entry.key]) }

    private func run(_ arguments: [String], input: String = "") async throws -> String {
        try await certutil.run(["-d", "sql:\(place)"] + arguments, input: input)
    }

    /// The nicknames of a list whose certificates are authorities for servers: lines of a nickname and three groups of
    /// trust flags.
    private static func trusted(_ list: String) -> [String] {
        list.split(whereSeparator: \.isNewline).compactMap { line in
            let line = line.withoutBlanksAtEnd
            guard let blank = line.lastIndex(of: " ") else { return nil }
            let groups = line[blank...].split(separator: ",", omittingEmptySubsequences: false)
            guard groups.count == 3, groups[0].contains("C") else { return nil }
            return String(line[..<blank].withoutBlanksAtEnd)
        }
    }
}

extension Substring {
    /// The text without blanks at its end.
    fileprivate var withoutBlanksAtEnd: Substring {
        var rest = self
        while rest.last == " " { rest.removeLast() }
        return rest
    }
}
