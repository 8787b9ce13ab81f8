//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import SwiftASN1
import X509

/// The extensions of a certificate that rules look at, each read by itself, so that one broken one hides no other.
struct ParsedExtensions: Sendable {
    /// An extension and whether it is critical.
    struct Parsed<Value: Sendable>: Sendable {
        let value: Value
        let isCritical: Bool
    }

    let basicConstraints: Parsed<BasicConstraints>?
    let keyUsage: Parsed<KeyUsage>?
    let extendedKeyUsage: Parsed<ExtendedKeyUsage>?
    let alternativeNames: Parsed<[GeneralName]>?
    let nameConstraints: Parsed<NameConstraints>?
    let subjectKeyIdentifier: Parsed<SubjectKeyIdentifier>?
    let authorityKeyIdentifier: Parsed<AuthorityKeyIdentifier>?
    /// Names of those that cannot be read.
    let malformed: [String]

    init(_ fields: CertificateFields) {
        var malformed: [String] = []
        func parse<Value>(
            _ identifier: ASN1ObjectIdentifier,
            _ name: String,
            _ read: (Certificate.Extension) throws -> Value
        ) -> Parsed<Value>? {
            guard let found = fields.find(identifier) else { return nil }
            do {
                return Parsed(value: try read(found), isCritical: found.critical)
            } catch {
                malformed.append(name)
                return nil
            }
        }
        basicConstraints = parse(.X509ExtensionID.basicConstraints, "basicConstraints") { try BasicConstraints($0) }
        keyUsage = parse(.X509ExtensionID.keyUsage, "keyUsage") { try KeyUsage($0) }
        extendedKeyUsage = parse(.X509ExtensionID.extendedKeyUsage, "extendedKeyUsage") { try ExtendedKeyUsage($0) }
        alternativeNames = parse(.X509ExtensionID.subjectAlternativeName, "subjectAltName") {
            Array(try SubjectAlternativeNames($0))
        }
        nameConstraints = parse(.X509ExtensionID.nameConstraints, "nameConstraints") { try NameConstraints($0) }
        subjectKeyIdentifier = parse(.X509ExtensionID.subjectKeyIdentifier, "subjectKeyIdentifier") {
            try SubjectKeyIdentifier($0)
        }
        authorityKeyIdentifier = parse(.X509ExtensionID.authorityKeyIdentifier, "authorityKeyIdentifier") {
            try AuthorityKeyIdentifier($0)
        }
        self.malformed = malformed
    }

    /// Whether it is a certificate authority's.
    var isAuthority: Bool {
        if case .isCertificateAuthority = basicConstraints?.value { true } else { false }
    }

    /// How many authorities may stand between this one and a leaf; `nil` for any number.
    var pathLength: Int? {
        if case .isCertificateAuthority(let length) = basicConstraints?.value { length } else { nil }
    }
}
