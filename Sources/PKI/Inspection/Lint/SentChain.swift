//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// The certificates of one file or value, as a server would send them.
struct SentChain: Sendable {
    let certificates: [CertificateFields]
    let position: Int

    /// The one that is judged.
    var current: CertificateFields { certificates[position] }

    /// Whether the first is a leaf, as of a chain; else the file is a bundle, whose order means nothing.
    var beginsWithLeaf: Bool { !certificates[0].isAuthority }

    /// For each certificate the chain that it stands in: what stands together in a file or value is sent together.
    static func chains(
        _ locations: [FoundCertificate.Location],
        _ certificates: [CertificateFields?]
    ) -> [SentChain?] {
        var members: [Source: [CertificateFields]] = [:]
        let positions = zip(locations, certificates).map { location, fields -> Int? in
            guard let fields else { return nil }
            members[Source(location), default: []].append(fields)
            return members[Source(location), default: []].count - 1
        }
        return zip(locations, positions).map { location, position in
            position.map { SentChain(certificates: members[Source(location), default: []], position: $0) }
        }
    }

    /// A file or a value of one.
    private struct Source: Hashable {
        let file: String
        let object: String?
        let key: String?

        init(_ location: FoundCertificate.Location) {
            (file, object, key) = (location.file, location.object, location.key)
        }
    }
}

extension CertificateFields {
    /// Whether it is a certificate authority's.
    var isAuthority: Bool { ParsedExtensions(self).isAuthority }
}
