//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
import Lab
import OpenSSL
import X509

/// What a leaf says besides its key and its life, encoded: its subject and its extensions (RFC 5280, section 4.2).
enum LeafProfile {
    /// A subject without a name.
    static let noSubject = DERForm.element(DERForm.Tag.sequence)

    /// The common name of a leaf: the first DNS name, where it fits (64 characters).
    static func commonName(_ hosts: [AlternativeName]) -> String? {
        for case .dns(let name) in hosts { return name.utf8.count <= 64 ? name : nil }
        return nil
    }

    /// A subject of a common name alone, or without a name.
    static func subject(_ commonName: String?) -> [UInt8] {
        guard let commonName else { return noSubject }
        let attribute = DERForm.element(
            DERForm.Tag.sequence,
            commonNameIdentifier,
            DERForm.element(DERForm.Tag.utf8String, Array(commonName.utf8))
        )
        return DERForm.element(DERForm.Tag.sequence, DERForm.element(DERForm.Tag.set, attribute))
    }

    /// Basic constraints of no authority, critical.
    static let notAuthority = certificateExtension([0x55, 0x1d, 0x13], isCritical: true, [0x30, 0x00])

    /// Key usage, critical. keyEncipherment is what clients without elliptic curves need of RSA; other keys cannot
    /// encipher.
    static func keyUsage(_ algorithm: KeyAlgorithm) -> [UInt8] {
        if case .rsa = algorithm { signatureAndEncipherment } else { signatureAlone }
    }

    /// The same as ``keyUsage(_:)`` in the words of swift-certificates.
    static func usage(_ algorithm: KeyAlgorithm) -> KeyUsage {
        if case .rsa = algorithm {
            KeyUsage(digitalSignature: true, keyEncipherment: true)
        } else {
            KeyUsage(digitalSignature: true)
        }
    }

    /// What the profile is good for, in words.
    static func purposes(_ profile: CertificateProfile) -> [String] {
        switch profile {
        case .server: ["serverAuth"]
        case .client: ["clientAuth"]
        case .both, .peer: ["serverAuth", "clientAuth"]
        }
    }

    /// What the profile is good for.
    static func extendedKeyUsage(_ profile: CertificateProfile) -> [UInt8] {
        switch profile {
        case .server: serverUsage
        case .client: clientUsage
        case .both, .peer: bothUsages
        }
    }

    /// The alternative names; critical where the subject is empty (section 4.2.1.6).
    static func alternativeNames(_ hosts: [AlternativeName], isCritical: Bool) -> [UInt8] {
        let names = DERForm.element(DERForm.Tag.sequence, Array(hosts.map(\.encoded).joined()))
        return certificateExtension([0x55, 0x1d, 0x11], isCritical: isCritical, names)
    }

    /// The subject key identifier: SHA-1 of the key's bits (section 4.2.1.2, the first method).
    static func subjectKeyIdentifier(ofPublicKey info: [UInt8]) -> [UInt8] {
        let digest = Array(Insecure.SHA1.hash(data: keyBits(ofPublicKey: info)))
        return certificateExtension([0x55, 0x1d, 0x0e], DERForm.element(DERForm.Tag.octetString, digest))
    }

    /// The authority key identifier, without issuer and serial number, which would bind the leaf to one certificate of
    /// the authority's key.
    static func authorityKeyIdentifier(_ identifier: [UInt8]) -> [UInt8] {
        let form = DERForm.element(
            DERForm.Tag.sequence,
            DERForm.element(DERForm.Tag.context(0, isPrimitive: true), identifier)
        )
        return certificateExtension([0x55, 0x1d, 0x23], form)
    }

    /// Where the issuer's list of revoked certificates and its own certificate are found.
    static func publication(_ addresses: PublicationAddresses, of authorityID: String) -> [UInt8] {
        certificateExtension([0x55, 0x1d, 0x1f], addresses.distributionPoints(of: authorityID))
            + certificateExtension(
                [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01],
                addresses.informationAccess(of: authorityID)
            )
    }

    /// The contents of the BIT STRING in a SubjectPublicKeyInfo, behind the number of unused bits.
    private static func keyBits(ofPublicKey info: [UInt8]) -> ArraySlice<UInt8> {
        guard let all = DERForm.contents(of: info, at: 0),
            let algorithm = DERForm.contents(of: info, at: all.lowerBound),
            let bits = DERForm.contents(of: info, at: algorithm.upperBound)
        else { return [] }
        return info[bits].dropFirst()
    }

    /// One Extension; `identifier` is the contents of its OBJECT IDENTIFIER.
    private static func certificateExtension(
        _ identifier: [UInt8],
        isCritical: Bool = false,
        _ value: [UInt8]
    ) -> [UInt8] {
        DERForm.element(
            DERForm.Tag.sequence,
            DERForm.element(DERForm.Tag.objectIdentifier, identifier),
            isCritical ? [DERForm.Tag.boolean, 0x01, 0xff] : [],
            DERForm.element(DERForm.Tag.octetString, value)
        )
    }

    private static func usage(_ purposes: [UInt8]...) -> [UInt8] {
        certificateExtension([0x55, 0x1d, 0x25], DERForm.element(DERForm.Tag.sequence, Array(purposes.joined())))
    }

    /// id-at-commonName, 2.5.4.3.
    private static let commonNameIdentifier = DERForm.element(DERForm.Tag.objectIdentifier, [0x55, 0x04, 0x03])
    /// id-kp-serverAuth and id-kp-clientAuth, below 1.3.6.1.5.5.7.3.
    private static let serverAuth = DERForm.element(
        DERForm.Tag.objectIdentifier,
        [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01]
    )
    private static let clientAuth = DERForm.element(
        DERForm.Tag.objectIdentifier,
        [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02]
    )
    private static let serverUsage = usage(serverAuth)
    private static let clientUsage = usage(clientAuth)
    private static let bothUsages = usage(serverAuth, clientAuth)
    /// The bits digitalSignature (0) and keyEncipherment (2) of KeyUsage (section 4.2.1.3).
    private static let signatureAlone = certificateExtension(
        [0x55, 0x1d, 0x0f],
        isCritical: true,
        [DERForm.Tag.bitString, 0x02, 0x07, 0x80]
    )
    private static let signatureAndEncipherment = certificateExtension(
        [0x55, 0x1d, 0x0f],
        isCritical: true,
        [DERForm.Tag.bitString, 0x02, 0x05, 0xa0]
    )
}
