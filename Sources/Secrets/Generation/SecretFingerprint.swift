//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
import Support

/// A short mark of a secret, by which people compare two places without seeing the value.
enum SecretFingerprint {
    /// Six hexadecimal digits of SHA-256 over a label and the value.
    ///
    /// Only for values of full strength: of a weak password six digits are a help in guessing. ``ClientSecret`` and
    /// ``NamedSecret`` therefore show one for generated values alone.
    static func of(_ value: Secret<String>) -> String {
        var hash = SHA256()
        hash.update(data: Array("kindling secret fingerprint\0".utf8))
        hash.update(data: Array(value.expose().utf8))
        return Encoding.hex(hash.finalize().prefix(3))
    }
}
