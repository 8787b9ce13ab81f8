//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

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
