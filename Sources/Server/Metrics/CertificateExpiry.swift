//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import PKI

/// When something that the authority signed ends.
package struct CertificateExpiry: Sendable, Hashable {
    /// What it is, as the label of the metric.
    package enum Kind: String, Sendable, CaseIterable {
        case root, issuing, cluster, leaf, crl
    }

    package var kind: Kind
    /// `root-1` and the like for an authority and its list, the inventory's name for a leaf.
    package var name: String
    package var ends: Date
    /// From when on it should have been replaced: when two thirds of its life are over.
    package var due: Date

    private init(_ kind: Kind, _ name: String, _ validity: Validity) {
        self.kind = kind
        self.name = name
        ends = validity.notAfter
        due = validity.renewal
    }

    /// What is in use: authorities that are not retired, the newest certificate of each name unless it is revoked, and
    /// revocation lists.
    ///
    /// Throws `PKIError` when an authority's certificate cannot be read.
    package static func list(
        _ publication: Publication,
        _ certificates: [StoredCertificate]
    ) throws(PKIError) -> [CertificateExpiry] {
        var list: [CertificateExpiry] = []
        for authority in publication.authorities where authority.isInUse {
            let summary = try CertificateSummary(der: authority.der)
            let validity = Validity(notBefore: summary.notBefore, notAfter: summary.notAfter)
            list.append(CertificateExpiry(Kind(authority.role), authority.id, validity))
        }
        list += publication.revocationLists.map { revocations in
            let validity = Validity(notBefore: revocations.thisUpdate, notAfter: revocations.nextUpdate)
            return CertificateExpiry(.crl, revocations.issuerID, validity)
        }
        let newest = Dictionary(certificates.map { ($0.name, $0) }) { $1 }
        let standing = newest.values.filter { $0.revokedAt == nil }.sorted { $0.name < $1.name }
        return list + standing.map { CertificateExpiry(.leaf, $0.name, $0.validity) }
    }
}

extension CertificateExpiry.Kind {
    fileprivate init(_ role: AuthorityRole) {
        switch role {
        case .root: self = .root
        case .issuing: self = .issuing
        case .cluster: self = .cluster
        }
    }
}
