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

/// The store of a Linux distribution: a folder for certificates of the administrator, and a program that merges them
/// into what programs read.
struct SystemTrustStore: TrustStore {
    let kind = StoreKind.system
    let place: String
    private let family: Family
    private let machine: Machine

    /// A way of distributions to do it.
    private struct Family {
        /// One certificate per file here.
        let folder: String
        let program: String
        /// What the program makes of all of them.
        let bundle: String
    }

    /// In the order in which they are looked for.
    private static let families = [
        Family(  // Debian, Ubuntu, Alpine
            folder: "/usr/local/share/ca-certificates",
            program: "update-ca-certificates",
            bundle: "/etc/ssl/certs/ca-certificates.crt"
        ),
        Family(  // Fedora, RHEL
            folder: "/etc/pki/ca-trust/source/anchors",
            program: "update-ca-trust",
            bundle: "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"
        ),
        Family(  // SUSE
            folder: "/etc/pki/trust/anchors",
            program: "update-ca-certificates",
            bundle: "/var/lib/ca-certificates/ca-bundle.pem"
        ),
        Family(  // Arch
            folder: "/etc/ca-certificates/trust-source/anchors",
            program: "update-ca-trust",
            bundle: "/etc/ca-certificates/extracted/tls-ca-bundle.pem"
        ),
    ]

    /// The store of a machine, if it has one.
    static func find(on machine: Machine) -> [SystemTrustStore] {
        for family in families {
            guard let folder = machine.existing(family.folder) else { continue }
            return [SystemTrustStore(place: folder, family: family, machine: machine)]
        }
        return []
    }

    var isWritable: Bool { access(place, W_OK) == 0 }

    func entries() -> [StoreEntry] {
        Files.names(in: place).filter { $0.hasSuffix(Self.suffix) }.compactMap { name in
            let path = "\(place)/\(name)"
            guard let bytes = try? Files.read(path, limit: Self.sizeLimit),
                let certificates = try? PEM.split(String(decoding: bytes, as: UTF8.self), file: path),
                certificates.count == 1
            else { return nil }
            return StoreEntry(
                key: path,
                name: String(name.dropLast(Self.suffix.count)),
                certificate: certificates[0]
            )
        }
    }

    func add(_ root: LabelledRoot) throws {
        let pem = Encoding.pem("CERTIFICATE", root.certificate)
        try Files.write(Array(pem.utf8), to: "\(place)/\(root.label)\(Self.suffix)")
    }

    func remove(_ entry: StoreEntry) throws { try Files.remove(entry.key) }

    /// Whether the root is in the bundle: a run that ended between the file and the program leaves it out.
    func isSeen(_ root: LabelledRoot) -> Bool {
        guard machine.image == nil, let path = machine.existing(family.bundle),
            let bytes = try? Files.read(path, limit: SystemRoots.sizeLimit)
        else { return true }
        return !bytes.ranges(of: Array(Encoding.pem("CERTIFICATE", root.certificate).utf8)).isEmpty
    }

    func publish(hasRemoved: Bool) async throws -> String? {
        // Without it Debian's program leaves links to a file that is gone; no other's is asked for it.
        let arguments = hasRemoved && machine.existing("/etc/debian_version") != nil ? ["--fresh"] : []
        let command = ([family.program] + arguments).joined(separator: " ")
        if let image = machine.image { return "left to do: chroot \(ShellText.quoted(image)) \(command)" }
        guard let program = machine.program(family.program) else {
            throw CommandError(
                .programFailed,
                "\(family.program) is not installed, and programs do not see what is in \(place) without it",
                remedy: "install the package ca-certificates, and run: \(command)"
            )
        }
        _ = try await program.run(arguments)
        return "ran \(command)"
    }

    /// Debian's program takes no other; the rest take any.
    private static let suffix = ".crt"
    /// No certificate is larger.
    private static let sizeLimit = 1 << 20
}
