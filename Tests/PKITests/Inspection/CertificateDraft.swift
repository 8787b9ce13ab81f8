//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// A certificate written field by field, right or wrong, as no library lets one write it.
struct CertificateDraft {
    /// As it is encoded: 2 for version 3; left out when `nil`.
    var version: Int? = 2
    var serial: [UInt8] = [0x51] + [UInt8](repeating: 0xa7, count: 15)
    var innerAlgorithm: ASN1ObjectIdentifier = ecdsaWithSHA256
    var outerAlgorithm: ASN1ObjectIdentifier = ecdsaWithSHA256
    var issuer: String?
    var subject: String?
    var notBefore: Date
    var notAfter: Date
    /// Whether a time is a GeneralizedTime; by the year when `nil`.
    var isGeneralized: Bool?
    /// What stands before the `Z` of a GeneralizedTime.
    var fraction = ""
    var key = P256.Signing.PrivateKey()
    /// SubjectPublicKeyInfo in DER, instead of that of `key`.
    var publicKey: [UInt8]?
    var extensions: [Certificate.Extension] = []

    static let ecdsaWithSHA256: ASN1ObjectIdentifier = [1, 2, 840, 10045, 4, 3, 2]

    /// Replaces an extension, or adds it.
    mutating func set(_ value: some CertificateExtensionConvertible, critical: Bool = false) throws {
        var made = try value.makeCertificateExtension()
        made.critical = critical
        let oid = made.oid
        extensions.removeAll { $0.oid == oid }
        extensions.append(made)
    }

    /// Takes an extension away.
    mutating func remove(_ oid: ASN1ObjectIdentifier) {
        extensions.removeAll { $0.oid == oid }
    }

    /// Changes an extension.
    mutating func change(_ oid: ASN1ObjectIdentifier, _ change: (inout Certificate.Extension) -> Void) {
        for index in extensions.indices where extensions[index].oid == oid { change(&extensions[index]) }
    }

    /// The key identifier of the key (RFC 5280, section 4.2.1.2).
    var keyIdentifier: ArraySlice<UInt8> {
        SubjectKeyIdentifier(hash: Certificate.PublicKey(key.publicKey)).keyIdentifier
    }

    /// The certificate in DER, signed by a key.
    func der(signedBy signer: P256.Signing.PrivateKey) throws -> [UInt8] {
        var body = DER.Serializer()
        try body.appendConstructedNode(identifier: .sequence) { coder in
            if let version {
                try coder.serialize(version, explicitlyTaggedWithTagNumber: 0, tagClass: .contextSpecific)
            }
            coder.appendPrimitiveNode(identifier: .integer) { $0.append(contentsOf: serial) }
            try algorithm(innerAlgorithm, &coder)
            try coder.serialize(name(issuer))
            coder.appendConstructedNode(identifier: .sequence) { coder in
                time(notBefore, &coder)
                time(notAfter, &coder)
            }
            try coder.serialize(name(subject))
            if let publicKey {
                coder.serializeRawBytes(publicKey)
            } else {
                try coder.serialize(Certificate.PublicKey(key.publicKey))
            }
            if !extensions.isEmpty {
                try coder.serialize(explicitlyTaggedWithTagNumber: 3, tagClass: .contextSpecific) { coder in
                    try coder.serializeSequenceOf(extensions)
                }
            }
        }
        let signature = try signer.signature(for: body.serializedBytes).derRepresentation
        var whole = DER.Serializer()
        try whole.appendConstructedNode(identifier: .sequence) { coder in
            coder.serializeRawBytes(body.serializedBytes)
            try algorithm(outerAlgorithm, &coder)
            try coder.serialize(ASN1BitString(bytes: ArraySlice(signature)))
        }
        return whole.serializedBytes
    }

    private func name(_ commonName: String?) throws -> DistinguishedName {
        try DistinguishedName { if let commonName { CommonName(commonName) } }
    }

    private func algorithm(_ identifier: ASN1ObjectIdentifier, _ coder: inout DER.Serializer) throws {
        try coder.appendConstructedNode(identifier: .sequence) { try $0.serialize(identifier) }
    }

    private func time(_ date: Date, _ coder: inout DER.Serializer) {
        var text = date.ISO8601Format().filter { $0.isNumber }
        let isGeneralized = isGeneralized ?? (text >= "2050")
        if !isGeneralized { text.removeFirst(2) }
        coder.appendPrimitiveNode(identifier: isGeneralized ? .generalizedTime : .utcTime) {
            $0.append(contentsOf: "\(text)\(isGeneralized ? fraction : "")Z".utf8)
        }
    }
}

/// A root, an intermediate and a leaf with which nothing is wrong.
struct ChainDraft {
    var root: CertificateDraft
    var intermediate: CertificateDraft
    var leaf: CertificateDraft
    /// Who signs the intermediate and the leaf, where it is not who should.
    var forger: P256.Signing.PrivateKey?

    static let now = Fixture.now

    init() throws {
        let day = 86_400.0
        func draft(_ issuer: String, _ subject: String, days: Double) -> CertificateDraft {
            CertificateDraft(
                issuer: issuer,
                subject: subject,
                notBefore: Self.now.addingTimeInterval(-day),
                notAfter: Self.now.addingTimeInterval(days * day)
            )
        }
        root = draft("Root", "Root", days: 3650)
        intermediate = draft("Root", "Intermediate", days: 1825)
        leaf = draft("Intermediate", "a.lab.test", days: 89)
        let constraints = NameConstraints(
            permittedDNSDomains: ["lab.test"],
            excludedIPRanges: [8, 32].map { ASN1OctetString(contentBytes: ArraySlice(repeating: 0, count: $0)) }
                .asRanges
        )
        for path in [\ChainDraft.root, \ChainDraft.intermediate] {
            let length = path == \ChainDraft.root ? nil : 0
            try self[keyPath: path].set(BasicConstraints.isCertificateAuthority(maxPathLength: length), critical: true)
            try self[keyPath: path].set(KeyUsage(keyCertSign: true, cRLSign: true), critical: true)
            try self[keyPath: path].set(constraints, critical: true)
        }
        try leaf.set(BasicConstraints.notCertificateAuthority, critical: true)
        try leaf.set(KeyUsage(digitalSignature: true), critical: true)
        try leaf.set(ExtendedKeyUsage([.serverAuth]))
        try leaf.set(SubjectAlternativeNames([.dnsName("a.lab.test")]))
        try root.set(SubjectKeyIdentifier(keyIdentifier: root.keyIdentifier))
        try intermediate.set(SubjectKeyIdentifier(keyIdentifier: intermediate.keyIdentifier))
        try leaf.set(SubjectKeyIdentifier(keyIdentifier: leaf.keyIdentifier))
        try intermediate.set(AuthorityKeyIdentifier(keyIdentifier: root.keyIdentifier))
        try leaf.set(AuthorityKeyIdentifier(keyIdentifier: intermediate.keyIdentifier))
    }

    /// Root, intermediate and leaf, DER.
    func ders() throws -> [[UInt8]] {
        [
            try root.der(signedBy: root.key), try intermediate.der(signedBy: forger ?? root.key),
            try leaf.der(signedBy: intermediate.key),
        ]
    }
}

extension [ASN1OctetString] {
    var asRanges: NameConstraints.IPRanges { NameConstraints.IPRanges(self) }
}
