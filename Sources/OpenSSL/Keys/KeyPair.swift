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

    let handle: KeyHandle

    /// Reads a private key and derives its public half. Throws ``OpenSSLError`` when it is not PKCS#8,
    /// or of a kind that ``KeyAlgorithm`` does not name.
    package init(privateKey: Secret<[UInt8]>) throws(OpenSSLError) {
        handle = try KeyHandle(pkcs8: privateKey)
        guard let algorithm = handle.algorithm else { throw .unsupported }
        self.privateKey = privateKey
        self.algorithm = algorithm
        publicKey = try handle.publicKeyInfo()
    }

    init(_ handle: KeyHandle, _ algorithm: KeyAlgorithm) throws(OpenSSLError) {
        self.handle = handle
        self.algorithm = algorithm
        if algorithm == .p256 {
            (privateKey, publicKey) = try handle.p256Pair()
        } else {
            privateKey = try handle.pkcs8()
            publicKey = try handle.publicKeyInfo()
        }
    }

    /// A new key, from OpenSSL's own random generator. RSA takes up to seconds.
    package static func generate(_ algorithm: KeyAlgorithm) throws(OpenSSLError) -> KeyPair {
        try KeyGenerator(algorithm).generate()
    }
}
