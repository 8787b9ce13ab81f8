//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Lab
package import OpenSSL
package import Support

/// What the authority keeps between runs. Declared here, implemented by `Storage`.
///
/// An implementation seals every private key at rest and loses nothing that it has confirmed.
package protocol CertificateStore: Sendable {
    /// All that is kept of the authority, read at one instant.
    func archive() async throws -> AuthorityArchive

    /// Changes the authority in one transaction: all of the change or nothing.
    ///
    /// Refuses with a ``PKIError`` of the code `pki.ca.exists`, and changes nothing, when an authority or cross
    /// certificate of the same key stands already. The first root is always `root-1`, so of two commands that make an
    /// authority at the same time one is refused.
    func apply(_ change: AuthorityChange) async throws

    /// The inventory: every certificate ever issued, in the order of issue.
    func certificates() async throws -> [StoredCertificate]

    /// The certificate of a name that was issued last, `nil` when there is none.
    func latestCertificate(named name: String) async throws -> StoredCertificate?

    /// Adds certificates to the inventory in one transaction, in their order: all of them or none.
    func add(certificates: [StoredCertificate]) async throws

    /// Marks certificates of the inventory as revoked, by their ``StoredCertificate/serial``; those that are already
    /// keep their date and reason. Gives the serials that were not revoked before.
    func revoke(_ serials: [String], reason: RevocationReason, at instant: Date) async throws -> [String]

    /// The newest revocation list of each issuer.
    func revocationLists() async throws -> [StoredRevocationList]

    /// Keeps a list, unless one of this number or a later one of the same issuer is kept. Gives the one that is kept
    /// now, which another process may have made.
    func keep(_ list: StoredRevocationList) async throws -> StoredRevocationList

    /// The folders that hold certificates of the inventory.
    func folders() async throws -> [CertificateFolderRecord]

    /// Notes that folders hold certificates; one of the same path is replaced.
    func add(folders: [CertificateFolderRecord]) async throws

    /// Forgets a folder.
    func removeFolder(_ folder: String) async throws
}

extension CertificateStore {
    /// Adds a certificate to the inventory.
    package func add(certificate: StoredCertificate) async throws {
        try await add(certificates: [certificate])
    }

    /// All certificate authorities, in the order of their making.
    package func authorities() async throws -> [StoredAuthority] { try await archive().authorities }

    /// Adds authorities in one transaction, as ``apply(_:)`` does.
    package func add(authorities: [StoredAuthority]) async throws {
        var change = AuthorityChange(at: authorities.first?.createdAt ?? Date(timeIntervalSince1970: 0))
        change.authorities = authorities
        try await apply(change)
    }
}

/// What an authority signs.
package enum AuthorityRole: String, Sendable, CaseIterable {
    /// The trust anchor; signs the other two.
    case root
    /// Signs kindling's own leaves.
    case issuing
    /// Signs inside one cluster, with its key in cert-manager's hands.
    case cluster
}

/// A certificate authority as it is kept.
package struct StoredAuthority: Sendable {
    /// Primary key, for example `root-1`.
    package var id: String
    package var role: AuthorityRole
    /// Counts up from 1 with every rotation of the root.
    package var generation: Int
    /// The cluster that it belongs to; `nil` unless ``role`` is `cluster`.
    package var cluster: String?
    /// The certificate, DER.
    package var certificate: [UInt8]
    /// PKCS#8, DER.
    package var privateKey: Secret<[UInt8]>
    package var createdAt: Date
    /// Since when it issues nothing; of a root, since when nobody must trust it.
    package var retiredAt: Date?
    package var revokedAt: Date?
    package var revocationReason: RevocationReason?

    package init(
        id: String,
        role: AuthorityRole,
        generation: Int,
        cluster: String? = nil,
        certificate: [UInt8],
        privateKey: Secret<[UInt8]>,
        createdAt: Date,
        retiredAt: Date? = nil,
        revokedAt: Date? = nil,
        revocationReason: RevocationReason? = nil
    ) {
        self.id = id
        self.role = role
        self.generation = generation
        self.cluster = cluster
        self.certificate = certificate
        self.privateKey = privateKey
        self.createdAt = createdAt
        self.retiredAt = retiredAt
        self.revokedAt = revokedAt
        self.revocationReason = revocationReason
    }
}

/// A leaf of the inventory.
package struct StoredCertificate: Sendable {
    /// Primary key: the serial number in lower-case hexadecimal, two digits per octet.
    package var serial: String
    /// Inventory name; ``issuerName`` for the identity provider's own.
    package var name: String
    /// DNS names, IP addresses, e-mail addresses and URIs, as the certificate shows them.
    package var hosts: [String]
    package var profile: CertificateProfile
    package var keyType: KeyAlgorithm
    /// The certificate, DER.
    package var der: [UInt8]
    /// What a server sends after it, DER each, see ``CertificateChains``; as of when it was read.
    package var chain: [[UInt8]]
    /// PKCS#8, DER; `nil` where the key never was here (a signed request).
    package var privateKey: Secret<[UInt8]>?
    /// ``StoredAuthority/id`` of the issuer.
    package var issuerID: String
    package var notBefore: Date
    package var notAfter: Date
    package var revokedAt: Date?
    package var revocationReason: RevocationReason?

    package init(
        serial: String,
        name: String,
        hosts: [String],
        profile: CertificateProfile,
        keyType: KeyAlgorithm,
        der: [UInt8],
        chain: [[UInt8]],
        privateKey: Secret<[UInt8]>?,
        issuerID: String,
        notBefore: Date,
        notAfter: Date,
        revokedAt: Date? = nil,
        revocationReason: RevocationReason? = nil
    ) {
        self.serial = serial
        self.name = name
        self.hosts = hosts
        self.profile = profile
        self.keyType = keyType
        self.der = der
        self.chain = chain
        self.privateKey = privateKey
        self.issuerID = issuerID
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.revokedAt = revokedAt
        self.revocationReason = revocationReason
    }

    /// Inventory name of the identity provider's own certificate.
    package static let issuerName = "issuer"
}
