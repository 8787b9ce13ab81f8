//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import SwiftASN1

/// The outline of a request, looked at before its parts are read: reading takes time by the square of how many
/// attributes and extensions there are, and no honest request has many.
enum RequestOutline {
    private static let most = 64

    /// Throws for too many attributes, values or extensions, for an attribute that comes twice, and what the parser
    /// throws for what is no DER.
    static func check(_ der: [UInt8]) throws {
        let info = children(children(try DER.parse(der)).first)
        var known: Set<ASN1ObjectIdentifier> = []
        for attribute in try few(children(info.dropFirst(3).first), "attributes") {
            let parts = children(attribute)
            guard let type = parts.first, known.insert(try ASN1ObjectIdentifier(derEncoded: type)).inserted else {
                throw PKIError(.requestUnreadable, "the request has an attribute twice, or without a type")
            }
            for value in try few(children(parts.dropFirst().first), "values of an attribute") {
                _ = try few(children(value), "extensions")
            }
        }
    }

    private static func few(_ nodes: [ASN1Node], _ words: String) throws(PKIError) -> [ASN1Node] {
        guard nodes.count <= most else {
            throw PKIError(.requestUnreadable, "the request has \(nodes.count) \(words); \(most) are read at most")
        }
        return nodes
    }

    private static func children(_ node: ASN1Node?) -> [ASN1Node] {
        guard case .constructed(let nodes)? = node?.content else { return [] }
        return Array(nodes)
    }
}
