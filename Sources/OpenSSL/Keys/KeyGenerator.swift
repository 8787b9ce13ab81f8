//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import COpenSSL

/// Makes keys of one kind, one after the other.
///
/// OpenSSL's preparations are made once, which are more than half of the cost of a P-256 key. For one thread at a time.
package final class KeyGenerator {
    private let algorithm: KeyAlgorithm
    private let context: OpaquePointer

    /// Prepares for keys of a kind; RSA below 2048 bits becomes 2048. Throws ``OpenSSLError`` when OpenSSL cannot.
    package init(_ algorithm: KeyAlgorithm) throws(OpenSSLError) {
        self.algorithm = algorithm
        guard let context = EVP_PKEY_CTX_new_from_name(nil, algorithm.family, nil) else {
            throw Self.failure(algorithm)
        }
        self.context = context
        guard EVP_PKEY_keygen_init(context) == 1, configure() == 1 else { throw Self.failure(algorithm) }
    }

    deinit { EVP_PKEY_CTX_free(context) }

    /// A new key, from OpenSSL's own random generator. RSA takes up to seconds.
    package func generate() throws(OpenSSLError) -> KeyPair {
        var key: OpaquePointer?
        guard EVP_PKEY_generate(context, &key) == 1, let key else { throw Self.failure(algorithm) }
        return try KeyPair(KeyHandle(owning: key), algorithm)
    }

    private func configure() -> Int32 {
        switch algorithm {
        case .p256: EVP_PKEY_CTX_set_group_name(context, "P-256")
        case .p384: EVP_PKEY_CTX_set_group_name(context, "P-384")
        case .ed25519: 1
        case .rsa(let bits): EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(clamping: max(bits, 2048)))
        }
    }

    private static func failure(_ algorithm: KeyAlgorithm) -> OpenSSLError {
        .last(.keyGenerationFailed, "cannot make a key of the kind \(algorithm)")
    }
}

extension KeyAlgorithm {
    /// OpenSSL's name for the kind of key.
    fileprivate var family: String {
        switch self {
        case .p256, .p384: "EC"
        case .ed25519: "ED25519"
        case .rsa: "RSA"
        }
    }
}
