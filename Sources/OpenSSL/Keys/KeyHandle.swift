//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import COpenSSL
import Support

/// The owner of an `EVP_PKEY`.
///
/// Unchecked because Swift cannot see it: OpenSSL counts references atomically and only reads the key after it was
/// made, so that several threads may use it at once.
final class KeyHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes over a key that OpenSSL made.
    init(owning pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit { EVP_PKEY_free(pointer) }

    /// Reads a PKCS#8 key (RFC 5958), DER, without a byte after it; `isTaken` looks at it before OpenSSL makes anything
    /// of its numbers.
    convenience init(
        pkcs8: Secret<[UInt8]>,
        isTaken: (_ info: OpaquePointer) -> Bool = { _ in true }
    ) throws(OpenSSLError) {
        let bytes = pkcs8.expose()
        let (info, read) = bytes.withUnsafeBufferPointer { buffer -> (OpaquePointer?, Int) in
            var cursor = buffer.baseAddress
            let info = d2i_PKCS8_PRIV_KEY_INFO(nil, &cursor, buffer.count)
            return (info, buffer.baseAddress.flatMap { start in cursor.map { $0 - start } } ?? 0)
        }
        guard let info else { throw .last(.keyUnreadable, "the private key is not PKCS#8 in DER form") }
        defer { PKCS8_PRIV_KEY_INFO_free(info) }
        guard read == bytes.count else {
            throw OpenSSLError(.keyUnreadable, "the private key has \(bytes.count - read) bytes too many")
        }
        guard isTaken(info) else { throw .unsupported }
        guard let key = EVP_PKCS82PKEY(info) else { throw .last(.keyUnreadable, "cannot read the private key") }
        self.init(owning: key)
    }

    /// The key as PKCS#8, DER.
    func pkcs8() throws(OpenSSLError) -> Secret<[UInt8]> {
        guard let info = EVP_PKEY2PKCS8(pointer) else {
            throw .last(.keyGenerationFailed, "cannot encode the private key")
        }
        defer { PKCS8_PRIV_KEY_INFO_free(info) }
        guard let bytes = derBytes({ i2d_PKCS8_PRIV_KEY_INFO(info, $0) }) else {
            throw .last(.keyGenerationFailed, "cannot encode the private key")
        }
        return Secret(bytes)
    }

    /// The public half as SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7), DER.
    func publicKeyInfo() throws(OpenSSLError) -> [UInt8] {
        guard let bytes = derBytes({ i2d_PUBKEY(pointer, $0) }) else {
            throw .last(.keyGenerationFailed, "cannot encode the public key")
        }
        return bytes
    }
}

/// The DER bytes that one of OpenSSL's `i2d` functions allocates, copied; its own buffer is wiped and freed.
func derBytes(_ encode: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>) -> Int32) -> [UInt8]? {
    var buffer: UnsafeMutablePointer<UInt8>?
    let count = encode(&buffer)
    guard count > 0, let buffer else { return nil }
    defer { CRYPTO_clear_free(buffer, Int(count), nil, 0) }
    return Array(UnsafeBufferPointer(start: buffer, count: Int(count)))
}
