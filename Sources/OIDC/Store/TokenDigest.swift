//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
package import Support

/// SHA-256 of a bearer value: codes, refresh tokens, session ids and links are stored in this form only.
///
/// The values have 256 bits of randomness, so that a fast hash without salt is enough.
package struct TokenDigest: Sendable, Hashable {
    /// 32 bytes.
    package let bytes: [UInt8]

    /// The digest of a bearer value.
    package init(of value: Secret<String>) {
        bytes = Array(SHA256.hash(data: Array(value.expose().utf8)))
    }

    /// A digest as it was stored.
    package init(stored bytes: [UInt8]) {
        self.bytes = bytes
    }
}

/// Makes bearer values.
package enum BearerValue {
    /// 256 random bits in base64url: 43 characters.
    package static func make(_ random: any RandomSource) -> Secret<String> {
        Secret(Encoding.base64URL(random.bytes(32)))
    }
}
