//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import COpenSSL
package import Support

/// A private key with its public half.
package struct KeyPair: Sendable {
    /// PKCS#8 (RFC 5958), DER.
    package let privateKey: Secret<[UInt8]>
    /// SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7), DER.
    package let publicKey: [UInt8]
    /// What the key is made of.
    package let algorithm: KeyAlgorithm

    /// Reads a private key and derives its public half. Throws ``OpenSSLError`` when it is not PKCS#8,
    /// or of a kind that ``KeyAlgorithm`` does not name.
    package init(privateKey: Secret<[UInt8]>) throws(OpenSSLError) {
        let key = try KeyHandle(pkcs8: privateKey)
        guard let algorithm = key.algorithm else {
            throw OpenSSLError(.keyUnreadable, "the private key is of a kind that is not supported")
        }
        self.privateKey = privateKey
        self.algorithm = algorithm
        publicKey = try key.publicKeyInfo()
    }

    private init(_ key: KeyHandle, _ algorithm: KeyAlgorithm) throws(OpenSSLError) {
        self.algorithm = algorithm
        if algorithm == .p256 {
            (privateKey, publicKey) = try key.p256Pair()
        } else {
            privateKey = try key.pkcs8()
            publicKey = try key.publicKeyInfo()
        }
    }

    /// A new key, from OpenSSL's own random generator. RSA takes up to seconds.
    package static func generate(_ algorithm: KeyAlgorithm) throws(OpenSSLError) -> KeyPair {
        let name =
            switch algorithm {
            case .p256, .p384: "EC"
            case .ed25519: "ED25519"
            case .rsa: "RSA"
            }
        guard let context = EVP_PKEY_CTX_new_from_name(nil, name, nil) else {
            throw .last(.keyGenerationFailed, "cannot make a key of the kind \(name)")
        }
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_keygen_init(context) == 1, configure(context, algorithm) == 1 else {
            throw .last(.keyGenerationFailed, "cannot make a key of the kind \(name)")
        }
        var key: OpaquePointer?
        guard EVP_PKEY_generate(context, &key) == 1, let key else {
            throw .last(.keyGenerationFailed, "cannot make a key of the kind \(name)")
        }
        return try KeyPair(KeyHandle(owning: key), algorithm)
    }

    private static func configure(_ context: OpaquePointer, _ algorithm: KeyAlgorithm) -> Int32 {
        switch algorithm {
        case .p256: EVP_PKEY_CTX_set_group_name(context, "P-256")
        case .p384: EVP_PKEY_CTX_set_group_name(context, "P-384")
        case .ed25519: 1
        case .rsa(let bits): EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(clamping: max(bits, 2048)))
        }
    }
}
