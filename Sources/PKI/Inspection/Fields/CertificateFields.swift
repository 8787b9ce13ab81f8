//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import OpenSSL
import SwiftASN1
import X509

/// The fields of a certificate as they stand in it (RFC 5280, section 4.1), right or wrong.
///
/// `X509.Certificate` refuses much of what is wrong; who judges certificates has to see it.
struct CertificateFields: Sendable {
    let der: [UInt8]
    /// 1, 2 or 3.
    let version: Int
    /// The octets of the INTEGER: two's complement, big-endian, at least one.
    let serial: [UInt8]
    /// As the issuer signed it.
    let innerAlgorithm: SignatureAlgorithmField
    /// As it stands beside the signature.
    let outerAlgorithm: SignatureAlgorithmField
    let issuer: NameField
    let notBefore: TimeField
    let notAfter: TimeField
    let subject: NameField
    /// SubjectPublicKeyInfo, DER.
    let publicKey: [UInt8]
    /// In their order; one may stand twice.
    let extensions: [Certificate.Extension]
    /// What is signed.
    let signedBytes: ArraySlice<UInt8>
    let signature: ArraySlice<UInt8>

    /// The bytes that a certificate may have; reading it takes a hundred times as much at worst.
    static let sizeLimit = 1 << 20

    /// Reads a certificate in DER. Throws what the parser throws, and ``MalformedField``.
    init(der: [UInt8]) throws {
        guard der.count <= Self.sizeLimit else { throw MalformedField("it is larger than 1 MiB") }
        let outer = try FieldReader.sequence(DER.parse(der))
        guard outer.count == 3 else { throw MalformedField("it is no X.509 certificate") }
        var fields = FieldReader(try FieldReader.sequence(outer[0]))
        self.der = der
        version = try fields.version()
        serial = try fields.next().integer()
        innerAlgorithm = try SignatureAlgorithmField(fields.next())
        issuer = try NameField(fields.next())
        let validity = try FieldReader.sequence(fields.next())
        guard validity.count == 2 else { throw MalformedField("the validity is not two times") }
        notBefore = try TimeField(validity[0])
        notAfter = try TimeField(validity[1])
        subject = try NameField(fields.next())
        publicKey = Array(try fields.next().encodedBytes)
        extensions = try fields.extensions(tag: 3)
        outerAlgorithm = try SignatureAlgorithmField(outer[1])
        signedBytes = outer[0].encodedBytes
        signature = try ASN1BitString(derEncoded: outer[2]).bytes
    }

    /// The serial number in lower-case hexadecimal, two digits per octet, no zero octets in front; a sign if negative.
    var serialText: String { SerialText.text(serial) }

    /// What the key is made of; `nil` for a kind that kindling does not make.
    var keyAlgorithm: KeyAlgorithm? { KeyAlgorithm(publicKey: publicKey) }

    /// The extension of an object identifier; the first where it stands twice.
    func find(_ identifier: ASN1ObjectIdentifier) -> Certificate.Extension? {
        extensions.first { $0.oid == identifier }
    }

    /// Whether the key of this certificate made the signature of another; `nil` where that cannot be told, as for
    /// algorithms that are not known here.
    func didSign(_ signedBytes: ArraySlice<UInt8>, _ signature: ArraySlice<UInt8>, _ field: SignatureAlgorithmField)
        -> Bool?
    {
        guard let algorithm = field.known, let key = try? Certificate.PublicKey(derEncoded: publicKey) else {
            return nil
        }
        return key.isValidSignature(signature, for: signedBytes, signatureAlgorithm: algorithm)
    }
}
