//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
package import Lab
package import Support

/// Makes secrets.
package enum SecretGenerator {
    /// A client secret: 256 random bits in base64url without padding, 43 characters.
    ///
    /// Its characters are the same whether a client form-encodes them before HTTP Basic or not (RFC 6749, section
    /// 2.3.1). One that begins with `-` is drawn again, lest a program take it for an option.
    package static func clientSecret(_ random: any RandomSource) -> Secret<String> {
        drawn { Encoding.base64URL(random.bytes(32)) }
    }

    /// A secret of the length and alphabet of an entry of `secrets`; never with a leading `-`.
    package static func generate(_ spec: SecretSpec, _ random: any RandomSource) -> Secret<String> {
        let characters = spec.alphabet.characters
        return drawn {
            String((0..<spec.length).map { _ in characters[Int(random.below(UInt32(characters.count)))] })
        }
    }

    /// A bootstrap token of Kubernetes, `[a-z0-9]{6}.[a-z0-9]{16}`: its public name, and a secret of 82 bits, which is all
    /// that the form holds.
    package static func bootstrapToken(_ random: any RandomSource) -> Secret<String> {
        let characters = Array("0123456789abcdefghijklmnopqrstuvwxyz")
        let drawn = (0..<22).map { _ in characters[Int(random.below(UInt32(characters.count)))] }
        return Secret(String(drawn.prefix(6)) + "." + String(drawn.dropFirst(6)))
    }

    /// A secret that follows from another one: HMAC-SHA256 (RFC 2104) in small hexadecimal digits. Whoever has it learns
    /// nothing of the other, nor of what follows for another purpose.
    package static func derived(from key: Secret<String>, for purpose: String) -> Secret<String> {
        let key = SymmetricKey(data: Array(key.expose().utf8))
        return Secret(Encoding.hex(HMAC<SHA256>.authenticationCode(for: Array(purpose.utf8), using: key)))
    }

    private static func drawn(_ draw: () -> String) -> Secret<String> {
        while true {
            let value = draw()
            if !value.hasPrefix("-") { return Secret(value) }
        }
    }
}

extension SecretSpec.Alphabet {
    fileprivate var characters: [Character] {
        let digits = "0123456789"
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        return switch self {
        case .base64url: Array(letters + digits + "-_")
        case .hex: Array(digits + "abcdef")
        case .alphanumeric: Array(letters + digits)
        }
    }
}
