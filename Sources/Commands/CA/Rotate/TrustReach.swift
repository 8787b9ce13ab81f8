//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import PKI
import Storage
import Support

/// Where a root is trusted that another is not yet: among the outputs, and in the folders of certificates.
struct TrustReach {
    let lab: Lab
    let paths: LabPaths
    /// The root that is to be found, and the one that tells that a file is about trust; DER.
    let wanted: [UInt8]
    let known: [UInt8]

    /// A place that lacks the wanted root.
    struct Place: Sendable {
        /// `node`, `output` or `folder`.
        var kind: String
        var path: String
        /// What to do about it.
        var remedy: String
    }

    /// Files above this are no text of trust.
    private static let sizeLimit = 4 << 20

    /// The places that lack the root; nodes first, each that lab.yaml lists and whose user-data lacks it.
    func lacking(_ folders: [CertificateFolderRecord]) -> [Place] {
        let (wanted, known) = (Self.mark(wanted), Self.mark(known))
        let render = paths.command("up --once")
        let userData = Set(lab.nodes.map { "\(paths.out)/nodes/\($0.name)/user-data" })
        var places = userData.sorted().filter { !contains($0, wanted) }.map {
            Place(kind: "node", path: $0, remedy: render)
        }
        for path in files(below: paths.out) where !userData.contains(path) && contains(path, known) {
            if !contains(path, wanted) { places.append(Place(kind: "output", path: path, remedy: render)) }
        }
        for folder in folders.map({ "\($0.folder)/ca.crt" }) where Files.exists(folder) && !contains(folder, wanted) {
            places.append(Place(kind: "folder", path: folder, remedy: paths.command("cert renew")))
        }
        return places
    }

    /// A line from the middle of a certificate's PEM form, which no other certificate has and which keeps whole however far
    /// a document indents or quotes it.
    private static func mark(_ certificate: [UInt8]) -> [UInt8] {
        let lines = Encoding.pem("CERTIFICATE", certificate).split(separator: "\n")
        return Array(lines[lines.count / 2].utf8)
    }

    private func contains(_ path: String, _ mark: [UInt8]) -> Bool {
        guard let bytes = try? Files.read(path, limit: Self.sizeLimit) else { return false }
        return bytes.contains(mark)
    }

    private func files(below folder: String) -> [String] {
        Files.names(in: folder).flatMap { name -> [String] in
            let path = "\(folder)/\(name)"
            switch Files.kind(of: path) {
            case .folder: return files(below: path)
            case .file: return [path]
            default: return []
            }
        }
    }

    static let columns: KeyValuePairs = ["kind": "lacks it", "path": "path", "remedy": "remedy"]
}

extension TrustReach.Place {
    var record: OutputValue {
        .record([("kind", .string(kind)), ("path", .string(path)), ("remedy", .string(remedy))])
    }
}
