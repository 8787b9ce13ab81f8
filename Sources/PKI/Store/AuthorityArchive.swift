//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials

/// All that is kept of the lab's authority at one instant, present and past.
package struct AuthorityArchive: Sendable {
    /// In the order of their making.
    package var authorities: [StoredAuthority]
    package var crossCertificates: [CrossCertificate]
    /// In the order of generations.
    package var rotations: [RootRotation]

    package init(
        authorities: [StoredAuthority] = [],
        crossCertificates: [CrossCertificate] = [],
        rotations: [RootRotation] = []
    ) {
        self.authorities = authorities
        self.crossCertificates = crossCertificates
        self.rotations = rotations
    }

    /// The rotation that is under way.
    package var rotation: RootRotation? { rotations.last { $0.phase != .finished } }

    /// Puts chains together from what stands.
    package var chains: CertificateChains {
        CertificateChains(
            authorities: authorities.map {
                CertificateChains.Link(
                    id: $0.id,
                    role: $0.role,
                    generation: $0.generation,
                    certificate: $0.certificate,
                    isRetired: $0.retiredAt != nil
                )
            },
            crossCertificates: crossCertificates
        )
    }
}

/// What shall be different about the authority; all of it or nothing.
package struct AuthorityChange: Sendable {
    /// New authorities.
    package var authorities: [StoredAuthority] = []
    package var crossCertificates: [CrossCertificate] = []
    /// Replaces the row of the same generation, or is a new one.
    package var rotation: RootRotation?
    /// ``StoredAuthority/id`` of those that issue nothing any more; of a root, that nobody must trust any more.
    package var retired: [String] = []
    /// Their certificates are revoked by their root.
    package var revoked: [String: RevocationReason] = [:]
    /// When it happens.
    package var instant: Date

    package init(at instant: Date) {
        self.instant = instant
    }
}

/// What servers send between a leaf and the root that clients trust.
///
/// It is put together whenever a certificate is read and never stored with it: a rotation of the root adds cross
/// certificates to the chains of leaves that stand, and takes them away at its end.
package struct CertificateChains: Sendable {
    /// An authority as far as chains are concerned.
    package struct Link: Sendable {
        package var id: String
        package var role: AuthorityRole
        package var generation: Int
        /// DER.
        package var certificate: [UInt8]
        package var isRetired: Bool

        package init(id: String, role: AuthorityRole, generation: Int, certificate: [UInt8], isRetired: Bool) {
            self.id = id
            self.role = role
            self.generation = generation
            self.certificate = certificate
            self.isRetired = isRetired
        }
    }

    private let links: [Link]
    private let crossCertificates: [CrossCertificate]

    package init(authorities: [Link], crossCertificates: [CrossCertificate]) {
        links = authorities
        self.crossCertificates = crossCertificates
    }

    /// The certificates after a leaf of this issuer, DER: the issuer itself, then its root as certified by each other
    /// root that is trusted, for clients that know only that one.
    package func chain(of issuerID: String) -> [[UInt8]] {
        guard let issuer = links.first(where: { $0.id == issuerID }) else { return [] }
        let own = issuer.role == .root ? [] : [issuer.certificate]
        let trusted = Set(links.filter { $0.role == .root && !$0.isRetired }.map(\.id))
        guard let root = links.last(where: { $0.role == .root && $0.generation == issuer.generation })?.id,
            trusted.contains(root)
        else { return own }
        let crossed = crossCertificates.filter { $0.subjectID == root && trusted.contains($0.issuerID) }
        return own + crossed.map(\.certificate)
    }
}
