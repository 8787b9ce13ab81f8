//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import SwiftASN1
import X509

/// The fields of a revocation list as they stand in it (RFC 5280, section 5.1).
struct RevocationListFields: Sendable {
    let issuer: NameField
    let thisUpdate: TimeField
    let nextUpdate: TimeField?
    /// How many certificates it names.
    let count: Int
    let algorithm: SignatureAlgorithmField
    let extensions: [Certificate.Extension]
    let signedBytes: ArraySlice<UInt8>
    let signature: ArraySlice<UInt8>

    /// Reads a CRL in DER. Throws what the parser throws, and ``MalformedField``.
    init(der: [UInt8]) throws {
        guard der.count <= BinaryForm.sizeLimit else { throw MalformedField("it is too large") }
        let outer = try FieldReader.sequence(DER.parse(der))
        guard outer.count == 3 else { throw MalformedField("it is no X.509 revocation list") }
        var fields = FieldReader(try FieldReader.sequence(outer[0]))
        if fields.peek?.identifier == .integer { _ = try fields.next() }
        algorithm = try SignatureAlgorithmField(fields.next())
        issuer = try NameField(fields.next())
        thisUpdate = try TimeField(fields.next())
        nextUpdate = try fields.peek.flatMap { TimeField.isTime($0) ? try TimeField(fields.next()) : nil }
        count = fields.peek?.identifier == .sequence ? try FieldReader.sequence(fields.next()).count : 0
        extensions = try fields.extensions(tag: 0)
        signedBytes = outer[0].encodedBytes
        signature = try ASN1BitString(derEncoded: outer[2]).bytes
    }

    /// The octets of the CRL number (RFC 5280, section 5.2.3); `nil` without one.
    var number: [UInt8]? {
        extensions.first { $0.oid == [2, 5, 29, 20] }.flatMap { try? DER.parse($0.value).integer() }
    }

    /// The identifier of the key that signed it (RFC 5280, section 5.2.1); `nil` without one.
    var keyIdentifier: ArraySlice<UInt8>? {
        extensions.first { $0.oid == .X509ExtensionID.authorityKeyIdentifier }
            .flatMap { try? AuthorityKeyIdentifier($0).keyIdentifier }
    }
}
