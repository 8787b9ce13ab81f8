//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import SwiftASN1
import X509

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
