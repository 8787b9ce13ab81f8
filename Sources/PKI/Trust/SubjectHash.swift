//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
import Support
import SwiftASN1

/// The name by which OpenSSL finds a root in a folder: `<hash>.N` (`openssl x509 -subject_hash`, `openssl rehash`).
///
/// Each string of the subject is taken as UTF-8, its blanks trimmed and runs of them made one, ASCII letters in lower
/// case; the RDNs, without the sequence around them, are hashed by SHA-1. The first four bytes, read little-endian, are
/// the number.
enum SubjectHash {
    /// The hash of a certificate's subject, eight lower-case hexadecimal digits.
    static func text(certificate: [UInt8]) throws(PKIError) -> String {
        do {
            var canonical: [UInt8] = []
            for name in try children(subject(of: certificate)) {
                canonical += try encode(canonicalForm(of: name))
            }
            return Encoding.hex(Insecure.SHA1.hash(data: canonical).prefix(4).reversed())
        } catch {
            throw PKIError(.certificateUnreadable, "cannot read the subject of a certificate: \(error)")
        }
    }

    /// The sixth field of a TBSCertificate (RFC 5280, section 4.1), which begins with the optional version.
    private static func subject(of certificate: [UInt8]) throws -> ASN1Node {
        guard let body = try children(DER.parse(certificate)).first else { throw Malformed() }
        let fields = try children(body)
        let version = ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)
        let index = fields.first?.identifier == version ? 5 : 4
        guard fields.indices.contains(index) else { throw Malformed() }
        return fields[index]
    }

    private static func canonicalForm(of name: ASN1Node) throws -> [[UInt8]] {
        try children(name).map { attribute in
            let parts = try children(attribute)
            guard parts.count == 2 else { throw Malformed() }
            var serializer = DER.Serializer()
            try serializer.appendConstructedNode(identifier: .sequence) { coder in
                coder.serialize(parts[0])
                if let text = string(parts[1]) {
                    try coder.serialize(ASN1UTF8String(contentBytes: folded(text)[...]))
                } else {
                    coder.serialize(parts[1])
                }
            }
            return serializer.serializedBytes
        }
    }

    /// A SET OF with its members in the order of DER.
    private static func encode(_ members: [[UInt8]]) throws -> [UInt8] {
        var serializer = DER.Serializer()
        serializer.appendConstructedNode(identifier: .set) { coder in
            for member in members.sorted(by: { $0.lexicographicallyPrecedes($1) }) { coder.serializeRawBytes(member) }
        }
        return serializer.serializedBytes
    }

    private static func children(_ node: ASN1Node) throws -> [ASN1Node] {
        guard case .constructed(let nodes) = node.content else { throw Malformed() }
        return Array(nodes)
    }

    /// The UTF-8 of a string of one of the types that OpenSSL folds; `nil` for any other value, which stays as it is.
    private static func string(_ node: ASN1Node) -> [UInt8]? {
        guard case .primitive(let content) = node.content else { return nil }
        switch node.identifier {
        case .utf8String, .printableString, .ia5String, .visibleString: return Array(content)
        case .teletexString: return content.flatMap { Array(String(UnicodeScalar($0)).utf8) }
        case .bmpString: return wide(content, size: 2)
        case .universalString: return wide(content, size: 4)
        default: return nil
        }
    }

    private static func wide(_ content: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
        guard content.count.isMultiple(of: size) else { return nil }
        let bytes = Array(content)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            let value = bytes[start..<start + size].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            guard let scalar = UnicodeScalar(value) else { return nil }
            text += Array(String(scalar).utf8)
        }
        return text
    }

    private static func folded(_ text: [UInt8]) -> [UInt8] {
        var folded: [UInt8] = []
        for word in text.split(whereSeparator: { $0 == 0x20 || (0x09...0x0d).contains($0) }) {
            if !folded.isEmpty { folded.append(0x20) }
            folded += word.map { (0x41...0x5a).contains($0) ? $0 + 0x20 : $0 }
        }
        return folded
    }

    private struct Malformed: Error, CustomStringConvertible {
        var description: String { "it is no X.509 certificate" }
    }
}
