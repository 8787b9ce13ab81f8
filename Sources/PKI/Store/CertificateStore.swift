//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Lab
package import Support

/// What the authority keeps between runs. Declared here, implemented by `Storage`.
///
/// An implementation seals every private key at rest and loses nothing that it has confirmed.
package protocol CertificateStore: Sendable {
    /// All certificate authorities, in the order of their making.
    func authorities() async throws -> [StoredAuthority]

    /// Adds authorities in one transaction: all of them or none.
    ///
    /// Refuses with a ``PKIError`` of the code `pki.ca.exists`, and adds nothing, when one of the same
    /// ``StoredAuthority/id`` stands already. The first root is always `root-1`, so of two commands that make an
    /// authority at the same time one is refused. A cluster's authority can come later than the root.
    func add(authorities: [StoredAuthority]) async throws

    /// The inventory: every certificate ever issued, in the order of issue.
    func certificates() async throws -> [StoredCertificate]

    /// The certificate of a name that was issued last, `nil` when there is none.
    func latestCertificate(named name: String) async throws -> StoredCertificate?

    /// Adds a certificate to the inventory.
    func add(certificate: StoredCertificate) async throws
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
    /// The certificate, DER.
    package var certificate: [UInt8]
    /// PKCS#8, DER.
    package var privateKey: Secret<[UInt8]>
    package var createdAt: Date

    package init(
        id: String,
        role: AuthorityRole,
        generation: Int,
        certificate: [UInt8],
        privateKey: Secret<[UInt8]>,
        createdAt: Date
    ) {
        self.id = id
        self.role = role
        self.generation = generation
        self.certificate = certificate
        self.privateKey = privateKey
        self.createdAt = createdAt
    }
}

/// A leaf of the inventory.
package struct StoredCertificate: Sendable {
    /// Primary key: the serial number in lower-case hexadecimal, two digits per octet.
    package var serial: String
    /// Inventory name; ``issuerName`` for the identity provider's own.
    package var name: String
    /// DNS names and IP addresses, as requested.
    package var hosts: [String]
    package var profile: CertificateProfile
    package var keyType: KeyType
    /// The certificate, DER.
    package var der: [UInt8]
    /// What a server sends after it, DER each: the intermediate.
    package var chain: [[UInt8]]
    /// PKCS#8, DER; `nil` where the key never was here (a signed request).
    package var privateKey: Secret<[UInt8]>?
    /// ``StoredAuthority/id`` of the issuer.
    package var issuerID: String
    package var notBefore: Date
    package var notAfter: Date
    package var revokedAt: Date?

    package init(
        serial: String,
        name: String,
        hosts: [String],
        profile: CertificateProfile,
        keyType: KeyType,
        der: [UInt8],
        chain: [[UInt8]],
        privateKey: Secret<[UInt8]>?,
        issuerID: String,
        notBefore: Date,
        notAfter: Date,
        revokedAt: Date? = nil
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
    }

    /// Inventory name of the identity provider's own certificate.
    package static let issuerName = "issuer"
}
