//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import COpenSSL

extension KeyPair {
    /// The signature of a message: ECDSA in DER form, with SHA-256 on P-256 and SHA-384 on P-384 (RFC 5758, section
    /// 3.2), Ed25519 (RFC 8032), or RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, section 8.2).
    ///
    /// Any number of threads may sign at once. Throws ``OpenSSLError`` when OpenSSL cannot sign.
    package func sign(_ message: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        try handle.sign(message, digest: algorithm.digest)
    }
}

extension KeyAlgorithm {
    /// The `EVP_MD` that messages are signed with; `nil` where the scheme has its own.
    var digest: OpaquePointer? {
        switch self {
        case .p256, .rsa: EVP_sha256()
        case .p384: EVP_sha384()
        case .ed25519: nil
        }
    }
}

extension KeyHandle {
    /// The signature of a message by the key's own scheme; `digest` is an `EVP_MD`, `nil` where the scheme has its own.
    func sign(_ message: [UInt8], digest: OpaquePointer?) throws(OpenSSLError) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw .last(.signingFailed, "cannot sign") }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestSignInit(context, nil, digest, nil, pointer) == 1 else {
            throw .last(.signingFailed, "cannot sign")
        }
        var signature = [UInt8](repeating: 0, count: Int(EVP_PKEY_get_size(pointer)))
        var count = signature.count
        guard EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else {
            throw .last(.signingFailed, "cannot sign")
        }
        signature.removeLast(signature.count - count)
        return signature
    }
}
