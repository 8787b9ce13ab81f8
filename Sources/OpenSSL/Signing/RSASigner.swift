//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import COpenSSL
package import Support

/// An RSA private key that signs RS256 (RSASSA-PKCS1-v1_5 with SHA-256; RFC 8017, section 8.2): tokens.
///
/// The key is read once. Any number of threads may sign at once.
package final class RSASigner: Sendable {
    private let key: KeyHandle
    /// What verifies the signatures.
    package let publicNumbers: RSAPublicNumbers
    /// SubjectPublicKeyInfo, DER.
    package let publicKey: [UInt8]

    /// Reads a PKCS#8 private key, DER. Throws ``OpenSSLError`` when it is none, or not RSA of 2048 bits or more.
    package init(privateKey: Secret<[UInt8]>) throws(OpenSSLError) {
        let key = try KeyHandle(pkcs8: privateKey)
        guard EVP_PKEY_get_base_id(key.pointer) == EVP_PKEY_RSA else {
            throw OpenSSLError(.keyUnreadable, "the private key is not an RSA key")
        }
        guard EVP_PKEY_get_bits(key.pointer) >= 2048 else {
            throw OpenSSLError(.keyUnreadable, "the RSA key has fewer than 2048 bits")
        }
        publicNumbers = try RSAPublicNumbers(of: key)
        publicKey = try key.publicKeyInfo()
        self.key = key
    }

    /// The signature of a message, as long as the modulus. Throws ``OpenSSLError`` when OpenSSL cannot sign.
    package func sign(_ message: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        try key.sign(message, digest: EVP_sha256())
    }
}

/// The public half of an RSA key as a JWK shows it (RFC 7518, section 6.3.1).
package struct RSAPublicNumbers: Sendable, Hashable {
    /// `n`, big-endian, without leading zero bytes.
    package let modulus: [UInt8]
    /// `e`, big-endian, without leading zero bytes.
    package let exponent: [UInt8]

    init(of key: KeyHandle) throws(OpenSSLError) {
        modulus = try Self.number(OSSL_PKEY_PARAM_RSA_N, of: key)
        exponent = try Self.number(OSSL_PKEY_PARAM_RSA_E, of: key)
    }

    private static func number(_ name: String, of key: KeyHandle) throws(OpenSSLError) -> [UInt8] {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(key.pointer, name, &number) == 1, let number else {
            throw .last(.keyUnreadable, "the RSA key has no number \(name)")
        }
        defer { BN_free(number) }
        var bytes = [UInt8](repeating: 0, count: (Int(BN_num_bits(number)) + 7) / 8)
        BN_bn2bin(number, &bytes)
        return bytes
    }
}
