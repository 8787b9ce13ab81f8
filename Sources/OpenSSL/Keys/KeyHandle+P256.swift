//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import COpenSSL
import Support

extension KeyHandle {
    /// Both forms of a P-256 key, put together here: OpenSSL's encoders take four times as long as making the key.
    func p256Pair() throws(OpenSSLError) -> (privateKey: Secret<[UInt8]>, publicKey: [UInt8]) {
        var number: OpaquePointer?
        var secret = [UInt8](repeating: 0, count: 32)
        var point = [UInt8](repeating: 0, count: 65)
        var count = 0
        defer { BN_clear_free(number) }
        guard EVP_PKEY_get_bn_param(pointer, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1,
            BN_bn2binpad(number, &secret, 32) == 32,
            EVP_PKEY_get_octet_string_param(pointer, OSSL_PKEY_PARAM_PUB_KEY, &point, point.count, &count) == 1,
            count == point.count, point[0] == 4
        else { throw .last(.keyGenerationFailed, "cannot encode the private key") }
        return (Secret(P256Form.privateKey + secret + P256Form.inner + point), P256Form.publicKey + point)
    }
}

/// What stands around the numbers of a P-256 key in DER.
private enum P256Form {
    /// AlgorithmIdentifier: id-ecPublicKey with the curve prime256v1 (RFC 5480, section 2.1.1).
    private static let algorithm: [UInt8] = [
        0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
    ]
    /// PrivateKeyInfo (RFC 5958, section 2) as far as the secret number in the ECPrivateKey (RFC 5915, section 3).
    static let privateKey: [UInt8] =
        [0x30, 0x81, 0x87, 0x02, 0x01, 0x00] + algorithm
        + [0x04, 0x6d, 0x30, 0x6b, 0x02, 0x01, 0x01, 0x04, 0x20]
    /// Between the secret number and the point: `[1]` BIT STRING.
    static let inner: [UInt8] = [0xa1, 0x44, 0x03, 0x42, 0x00]
    /// SubjectPublicKeyInfo as far as the point.
    static let publicKey: [UInt8] = [0x30, 0x59] + algorithm + [0x03, 0x42, 0x00]
}
