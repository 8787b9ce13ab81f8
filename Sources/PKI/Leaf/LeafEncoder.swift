//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
import FoundationEssentials
import OpenSSL
import SwiftASN1
import X509

/// Encodes the leaves of one authority (RFC 5280, section 4.1). What all of them share is encoded once.
struct LeafEncoder: Sendable {
    private let signatureAlgorithm: [UInt8]
    private let issuer: [UInt8]
    /// The extensions that tell of the issuer.
    private let issuerExtensions: [UInt8]

    /// Throws what the serialiser throws for the authority's name.
    init(_ authority: CertificateAuthority) throws {
        var serializer = DER.Serializer()
        try serializer.serialize(authority.certificate.subject)
        issuer = serializer.serializedBytes
        signatureAlgorithm = authority.algorithm.signatureIdentifier
        var extensions = LeafProfile.authorityKeyIdentifier(Array(authority.keyIdentifier))
        if let addresses = authority.addresses {
            extensions += LeafProfile.publication(addresses, of: authority.id)
        }
        issuerExtensions = extensions
    }

    /// The TBSCertificate; `serial` is its number, big-endian.
    func toBeSigned(_ leaf: CheckedLeaf, _ key: LeafKey, serial: [UInt8]) -> [UInt8] {
        let subject = LeafProfile.subject(leaf.commonName)
        let extensions = [
            LeafProfile.notAuthority, LeafProfile.keyUsage(key.algorithm),
            LeafProfile.extendedKeyUsage(leaf.request.profile),
            LeafProfile.alternativeNames(leaf.hosts, isCritical: subject == LeafProfile.noSubject),
            LeafProfile.subjectKeyIdentifier(ofPublicKey: key.publicKey), issuerExtensions,
        ]
        return DERForm.element(
            DERForm.Tag.sequence,
            Self.version,
            DERForm.integer(serial),
            signatureAlgorithm,
            issuer,
            DERForm.element(
                DERForm.Tag.sequence,
                DERForm.time(leaf.validity.notBefore),
                DERForm.time(leaf.validity.notAfter)
            ),
            subject,
            key.publicKey,
            DERForm.element(
                DERForm.Tag.context(3),
                DERForm.element(DERForm.Tag.sequence, Array(extensions.joined()))
            )
        )
    }

    /// The Certificate of a TBSCertificate and its signature.
    func certificate(_ toBeSigned: [UInt8], signature: [UInt8]) -> [UInt8] {
        DERForm.element(DERForm.Tag.sequence, toBeSigned, signatureAlgorithm, DERForm.bitString(signature))
    }

    /// `[0]` around the number 2, which means version 3.
    private static let version: [UInt8] = [0xa0, 0x03, 0x02, 0x01, 0x02]
}
