//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import OpenSSL
import SwiftASN1
import X509

/// A certificate that its issuer has revoked.
struct RevokedEntry: Sendable, Hashable {
    /// Serial number, lower-case hexadecimal.
    var serial: String
    var revokedAt: Date
    var reason: RevocationReason

    /// One of `revokedCertificates` (RFC 5280, section 5.1.2.6). The reason `unspecified` is left out (section 5.3.1).
    var encoded: [UInt8] {
        let code = DERForm.element(DERForm.Tag.enumerated, [reason.code])
        let reasonExtension = DERForm.element(
            DERForm.Tag.sequence,
            DERForm.element(DERForm.Tag.objectIdentifier, [0x55, 0x1d, 0x15]),
            DERForm.element(DERForm.Tag.octetString, code)
        )
        return DERForm.element(
            DERForm.Tag.sequence,
            DERForm.integer(SerialDigits.bytes(serial)),
            DERForm.time(revokedAt),
            reason == .unspecified ? [] : DERForm.element(DERForm.Tag.sequence, reasonExtension)
        )
    }
}

/// Makes the revocation list of one authority: X.509 CRL, version 2 (RFC 5280, section 5).
struct RevocationListEncoder {
    let authority: CertificateAuthority

    /// The signed list.
    ///
    /// - Parameters:
    ///   - entries: the encoded entries, one after the other; see ``RevokedEntry/encoded``.
    ///   - number: the CRL number.
    ///   - validity: `thisUpdate` and `nextUpdate`.
    /// - Returns: DER.
    /// - Throws: ``PKIError`` when it cannot be signed.
    func list(_ entries: [UInt8], number: Int, validity: Validity) throws(PKIError) -> [UInt8] {
        do {
            var serializer = DER.Serializer()
            try serializer.serialize(authority.certificate.subject)
            let algorithm = authority.algorithm.signatureIdentifier
            let toBeSigned = DERForm.element(
                DERForm.Tag.sequence,
                DERForm.integer([1]),
                algorithm,
                serializer.serializedBytes,
                DERForm.time(validity.notBefore),
                DERForm.time(validity.notAfter),
                entries.isEmpty ? [] : DERForm.element(DERForm.Tag.sequence, entries),
                DERForm.element(
                    DERForm.Tag.context(0),
                    DERForm.element(DERForm.Tag.sequence, keyIdentifier, numberExtension(number))
                )
            )
            let signature = try authority.pair.sign(toBeSigned)
            return DERForm.element(DERForm.Tag.sequence, toBeSigned, algorithm, DERForm.bitString(signature))
        } catch {
            throw PKIError(.issuanceFailed, "cannot sign the revocation list of \(authority.commonName): \(error)")
        }
    }

    private var keyIdentifier: [UInt8] { LeafProfile.authorityKeyIdentifier(Array(authority.keyIdentifier)) }

    /// Section 5.2.3.
    private func numberExtension(_ number: Int) -> [UInt8] {
        let magnitude = (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        return DERForm.element(
            DERForm.Tag.sequence,
            DERForm.element(DERForm.Tag.objectIdentifier, [0x55, 0x1d, 0x14]),
            DERForm.element(DERForm.Tag.octetString, DERForm.integer(magnitude))
        )
    }
}
