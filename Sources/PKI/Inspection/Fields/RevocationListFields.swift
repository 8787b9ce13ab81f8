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
        let outer = try DERElement.sequence(der[...], limit: 3)
        guard outer.count == 3 else { throw MalformedField("it is no X.509 revocation list") }
        var fields = try DERElement.sequence(outer[0].encoded, limit: 8)[...]
        if fields.first?.identifier == DERElement.integer { fields.removeFirst() }
        algorithm = try SignatureAlgorithmField(Self.node(fields.popFirst()))
        issuer = try NameField(Self.node(fields.popFirst()))
        thisUpdate = try TimeField(Self.node(fields.popFirst()))
        if let next = fields.first, TimeField.identifiers.contains(next.identifier) {
            nextUpdate = try TimeField(Self.node(fields.popFirst()))
        } else {
            nextUpdate = nil
        }
        count = fields.first?.identifier == DERElement.sequence ? try fields.removeFirst().count() : 0
        extensions = try FieldReader(fields.map { try Self.node($0) }).extensions(tag: 0)
        signedBytes = outer[0].encoded
        signature = try ASN1BitString(derEncoded: Self.node(outer[2])).bytes
    }

    /// Parses a field that is never large.
    private static func node(_ element: DERElement?) throws -> ASN1Node {
        guard let element, element.encoded.count <= 1 << 16 else {
            throw MalformedField("a field is missing or too large")
        }
        return try DER.parse(element.encoded)
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
