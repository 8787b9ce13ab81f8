//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
import Support

/// Proof Key for Code Exchange (RFC 7636), method `S256`, the only one offered.
package enum PKCE {
    /// Whether a challenge or verifier has the form of RFC 7636, sections 4.1 and 4.2.
    package static func isWellFormed(_ value: String) -> Bool {
        (43...128).contains(value.utf8.count) && value.utf8.allSatisfy(FormEncoding.isUnreserved)
    }

    /// Whether the verifier of a token request fits the challenge of the authorization request. A verifier without a
    /// challenge does not fit: somebody took the challenge away (RFC 9700, section 2.1.1).
    package static func fits(verifier: String?, challenge: String?) -> Bool {
        switch (verifier, challenge) {
        case (nil, nil): return true
        case (nil, .some), (.some, nil): return false
        case (let verifier?, let challenge?):
            guard isWellFormed(verifier) else { return false }
            return constantTimeEqual(Array(self.challenge(of: verifier).utf8), Array(challenge.utf8))
        }
    }

    /// The challenge of a verifier.
    package static func challenge(of verifier: String) -> String {
        Encoding.base64URL(Array(SHA256.hash(data: Array(verifier.utf8))))
    }
}
