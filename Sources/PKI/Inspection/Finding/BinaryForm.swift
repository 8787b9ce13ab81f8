//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import SwiftASN1

/// What a DER form is, by its outline.
enum BinaryForm {
    case certificate, revocationList, request, keystore, other

    /// The bytes that one DER form may have; more is no certificate of any use, and costs memory to read.
    static let sizeLimit = 4 << 20

    /// Whether bytes begin as DER does, and not as a text: a SEQUENCE with a length in long form.
    static func isBinary(_ bytes: [UInt8]) -> Bool {
        bytes.count > 4 && bytes[0] == 0x30 && (0x80...0x84).contains(bytes[1])
    }

    /// Looks at the outline. Throws what the parser throws for what is no DER.
    init(_ bytes: [UInt8]) throws {
        self = .other
        if Self.isKeystore(bytes) {
            self = .keystore
            return
        }
        guard let outer = Self.children(try DER.parse(bytes)), let body = outer.first.flatMap(Self.children) else {
            return
        }
        // An INTEGER first in the whole is a private key's version.
        guard outer.count == 3, body.count >= 4 else { return }
        let version = ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)
        switch (body[0].identifier, body[1].identifier, body[2].identifier, body[3].identifier) {
        case (version, .integer, _, _), (.integer, .sequence, .sequence, .sequence): self = .certificate
        case (.integer, .sequence, .sequence, version): self = .request
        case (.integer, .sequence, .sequence, _), (.sequence, .sequence, _, _): self = .revocationList
        default: break
        }
    }

    /// PKCS#12 (RFC 7292, section 4): version 3, then a ContentInfo; often with lengths that DER does not allow.
    private static func isKeystore(_ bytes: [UInt8]) -> Bool {
        guard isBinary(bytes) else { return false }
        let content = bytes.dropFirst(2 + Int(bytes[1] & 0x7f))
        return content.prefix(4).elementsEqual([0x02, 0x01, 0x03, 0x30])
    }

    private static func children(_ node: ASN1Node) -> [ASN1Node]? {
        guard case .constructed(let nodes) = node.content else { return nil }
        return Array(nodes)
    }
}
