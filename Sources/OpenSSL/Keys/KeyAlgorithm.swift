//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import COpenSSL

/// What a key is made of.
package enum KeyAlgorithm: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    case p256
    case p384
    case ed25519
    /// RSA with a modulus of so many bits; keys made here have 2048 or more.
    case rsa(bits: Int)

    /// What a public key is made of, by its SubjectPublicKeyInfo in DER; `nil` for any other kind.
    package init?(publicKey: [UInt8]) {
        let key = publicKey.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return d2i_PUBKEY(nil, &cursor, buffer.count)
        }
        guard let key, let algorithm = KeyHandle(owning: key).algorithm else {
            ERR_clear_error()
            return nil
        }
        self = algorithm
    }

    /// Reads what ``rawValue`` writes.
    package init?(rawValue text: String) {
        switch text {
        case "p256": self = .p256
        case "p384": self = .p384
        case "ed25519": self = .ed25519
        default:
            guard text.hasPrefix("rsa"), let bits = Int(text.dropFirst(3)), bits > 0, text == "rsa\(bits)" else {
                return nil
            }
            self = .rsa(bits: bits)
        }
    }

    /// A word: `p256`, `ed25519`, `rsa2048`.
    package var rawValue: String {
        switch self {
        case .p256: "p256"
        case .p384: "p384"
        case .ed25519: "ed25519"
        case .rsa(let bits): "rsa\(bits)"
        }
    }

    package var description: String { rawValue }
}

extension KeyHandle {
    /// What the key is made of; `nil` for a kind that ``KeyAlgorithm`` does not name.
    var algorithm: KeyAlgorithm? {
        switch EVP_PKEY_get_base_id(pointer) {
        case EVP_PKEY_RSA: .rsa(bits: Int(EVP_PKEY_get_bits(pointer)))
        case EVP_PKEY_ED25519: .ed25519
        case EVP_PKEY_EC: curve
        default: nil
        }
    }

    private var curve: KeyAlgorithm? {
        var name = [CChar](repeating: 0, count: 64)
        var count = 0
        guard EVP_PKEY_get_group_name(pointer, &name, name.count, &count) == 1 else { return nil }
        return switch String(decoding: name.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) {
        case "prime256v1", "P-256": .p256
        case "secp384r1", "P-384": .p384
        default: nil
        }
    }
}
