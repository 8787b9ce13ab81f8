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

/// Rules for the order of a chain (RFC 8446, section 4.4.2).
enum OrderRules {
    static let all: [LintRule<SentChain>] = [
        .warning("chain-with-root") { chain in
            guard chain.position > 0, chain.beginsWithLeaf, chain.current.isAuthority, chain.current.isSelfIssued
            else { return nil }
            return "the root stands in the chain; clients have it or do not trust it"
        },
        .warning("chain-order") { chain in
            guard chain.position > 0 else { return nil }
            guard chain.beginsWithLeaf else {
                return chain.current.isAuthority ? nil : "the leaf stands after an authority; it has to be the first"
            }
            let before = chain.certificates[chain.position - 1]
            guard !chain.current.isSelfIssued, before.issuer.encoded != chain.current.subject.encoded else {
                return nil
            }
            return "it is not the issuer of the certificate before it"
        },
    ]
}

extension CertificateFields {
    /// Whether it is a certificate authority's.
    fileprivate var isAuthority: Bool { ParsedExtensions(self).isAuthority }
}
