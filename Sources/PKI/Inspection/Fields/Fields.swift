//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Support
import SwiftASN1
import X509

/// A field is not what RFC 5280 lets stand there.
struct MalformedField: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Steps through the fields of a SEQUENCE.
struct FieldReader {
    private var rest: ArraySlice<ASN1Node>

    init(_ nodes: [ASN1Node]) {
        rest = nodes[...]
    }

    /// The members of a SEQUENCE. Throws ``MalformedField`` for anything else.
    static func sequence(_ node: ASN1Node) throws -> [ASN1Node] {
        guard node.identifier == .sequence, case .constructed(let nodes) = node.content else {
            throw MalformedField("a sequence is missing")
        }
        return Array(nodes)
    }

    /// The next field. Throws ``MalformedField`` at the end.
    mutating func next() throws -> ASN1Node {
        guard let node = rest.popFirst() else { throw MalformedField("it ends too early") }
        return node
    }

    /// The version in its explicit tag, counted from 1, which is the default.
    mutating func version() throws -> Int {
        guard rest.first?.identifier == ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific),
            let node = rest.popFirst()
        else { return 1 }
        guard case .constructed(let inner) = node.content, let number = inner.first(where: { _ in true }),
            case let value = try Int(derEncoded: number), (0...2).contains(value)
        else { throw MalformedField("the version is none") }
        return value + 1
    }

    /// The extensions in their explicit tag, at the end of what is left; none where there are none.
    func extensions(tag: UInt) throws -> [Certificate.Extension] {
        let identifier = ASN1Identifier(tagWithNumber: tag, tagClass: .contextSpecific)
        guard let node = rest.first(where: { $0.identifier == identifier }) else { return [] }
        guard case .constructed(let inner) = node.content, let list = inner.first(where: { _ in true }) else {
            throw MalformedField("the extensions are no list")
        }
        return try Self.sequence(list).map { try Certificate.Extension(derEncoded: $0) }
    }
}

extension ASN1Node {
    /// The octets of an INTEGER. Throws ``MalformedField`` for anything else.
    func integer() throws -> [UInt8] {
        guard identifier == .integer, case .primitive(let octets) = content, !octets.isEmpty else {
            throw MalformedField("a number is missing")
        }
        return Array(octets)
    }
}

/// A time, and whether it is written as it must be.
struct TimeField: Sendable, Hashable {
    let date: Date
    /// Whether it is a GeneralizedTime.
    let isGeneralized: Bool
    /// Whether it names fractions of a second, which RFC 5280 forbids.
    let hasFraction: Bool

    /// Reads a Time (RFC 5280, section 4.1.2.5). Throws what the parser throws for another form.
    init(_ node: ASN1Node) throws {
        isGeneralized = node.identifier == .generalizedTime
        let text: String
        if isGeneralized {
            let time = try GeneralizedTime(derEncoded: node)
            hasFraction = time.fractionalSeconds != 0
            text = Self.text(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
        } else {
            let time = try UTCTime(derEncoded: node)
            hasFraction = false
            text = Self.text(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
        }
        date = try Date(text, strategy: .iso8601)
    }

    /// Tags of the two forms, UTCTime and GeneralizedTime.
    static let identifiers: Set<UInt8> = [0x17, 0x18]

    private static func text(_ year: Int, _ month: Int, _ day: Int, _ hours: Int, _ minutes: Int, _ seconds: Int)
        -> String
    {
        func pad(_ number: Int, _ width: Int = 2) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(pad(year, 4))-\(pad(month))-\(pad(day))T\(pad(hours)):\(pad(minutes)):\(pad(seconds))Z"
    }
}

/// A distinguished name, as bytes to compare and as text to show.
struct NameField: Sendable, Hashable {
    /// DER.
    let encoded: ArraySlice<UInt8>
    let name: DistinguishedName

    init(_ node: ASN1Node) throws {
        encoded = node.encodedBytes
        name = try DistinguishedName(derEncoded: node)
    }

    var isEmpty: Bool { name.isEmpty }

    /// As RFC 4514 writes it; empty for an empty name.
    var text: String { name.description }
}

/// An algorithm that signs.
struct SignatureAlgorithmField: Sendable, Hashable {
    /// DER, parameters included.
    let encoded: ArraySlice<UInt8>
    let identifier: ASN1ObjectIdentifier

    init(_ node: ASN1Node) throws {
        encoded = node.encodedBytes
        guard let first = try FieldReader.sequence(node).first else { throw MalformedField("an algorithm is missing") }
        identifier = try ASN1ObjectIdentifier(derEncoded: first)
    }

    /// The algorithm, where signatures of it can be verified.
    var known: Certificate.SignatureAlgorithm? { Self.algorithms[identifier] }

    /// A name for messages.
    var words: String { Self.weak[identifier] ?? "\(identifier)" }

    /// Whether its hash is broken.
    var isWeak: Bool { Self.weak[identifier] != nil }

    private static let algorithms: [ASN1ObjectIdentifier: Certificate.SignatureAlgorithm] = [
        [1, 2, 840, 10045, 4, 3, 2]: .ecdsaWithSHA256,
        [1, 2, 840, 10045, 4, 3, 3]: .ecdsaWithSHA384,
        [1, 2, 840, 10045, 4, 3, 4]: .ecdsaWithSHA512,
        [1, 2, 840, 113549, 1, 1, 11]: .sha256WithRSAEncryption,
        [1, 2, 840, 113549, 1, 1, 12]: .sha384WithRSAEncryption,
        [1, 2, 840, 113549, 1, 1, 13]: .sha512WithRSAEncryption,
        [1, 3, 101, 112]: .ed25519,
    ]

    private static let weak: [ASN1ObjectIdentifier: String] = [
        [1, 2, 840, 113549, 1, 1, 2]: "MD2",
        [1, 2, 840, 113549, 1, 1, 3]: "MD4",
        [1, 2, 840, 113549, 1, 1, 4]: "MD5",
        [1, 2, 840, 113549, 1, 1, 5]: "SHA-1",
        [1, 2, 840, 10045, 4, 1]: "SHA-1",
        [1, 2, 840, 10040, 4, 3]: "SHA-1",
        [1, 3, 14, 3, 2, 29]: "SHA-1",
    ]
}

/// Serial numbers as people read them.
enum SerialText {
    /// Lower-case hexadecimal of the octets of an INTEGER, no zero octets in front; a negative one as it stands, after a
    /// sign.
    static func text(_ octets: [UInt8]) -> String {
        if let first = octets.first, first & 0x80 != 0 { return "-" + Encoding.hex(negated(octets)) }
        let digits = Encoding.hex(octets.drop { $0 == 0 })
        return digits.isEmpty ? "00" : digits
    }

    private static func negated(_ octets: [UInt8]) -> [UInt8] {
        var carry = true
        var result = octets.map { ~$0 }
        for index in result.indices.reversed() where carry {
            result[index] &+= 1
            carry = result[index] == 0
        }
        return Array(result.drop { $0 == 0 })
    }
}
