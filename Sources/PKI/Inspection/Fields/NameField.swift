//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import SwiftASN1
import X509

/// A distinguished name, as bytes to compare and as text to show.
struct NameField: Sendable, Hashable {
    /// DER.
    let encoded: ArraySlice<UInt8>
    let name: DistinguishedName

    init(_ node: ASN1Node) throws {
        encoded = node.encodedBytes
        name = try DistinguishedName(derEncoded: node)
    }

    /// Whether it names nothing.
    var isEmpty: Bool { name.isEmpty }

    /// As RFC 4514 writes it; empty for an empty name.
    var text: String { name.description }
}
