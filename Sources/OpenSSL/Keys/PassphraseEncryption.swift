//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import COpenSSL
package import Support

/// Private keys under a passphrase: `EncryptedPrivateKeyInfo` (RFC 5958) by PBES2, PBKDF2 with HMAC-SHA-256 and
/// AES-256-CBC (RFC 8018).
package enum PassphraseEncryption {
    /// Rounds of PBKDF2; OpenSSL's own default of 2048 is far too few.
    package static let defaultRounds = 600_000

    /// Encrypts a PKCS#8 key. Salt and initialisation vector are OpenSSL's, so that no two results are equal.
    ///
    /// Throws ``OpenSSLError`` when the key is not PKCS#8 or `rounds` is below ``defaultRounds``.
    package static func encrypt(
        _ privateKey: Secret<[UInt8]>,
        passphrase: Secret<String>,
        rounds: Int = defaultRounds
    ) throws(OpenSSLError) -> [UInt8] {
        guard rounds >= defaultRounds, let rounds = Int32(exactly: rounds) else {
            throw OpenSSLError(.keyEncryptionFailed, "\(rounds) rounds: want \(defaultRounds) or more")
        }
        let key = try KeyHandle(pkcs8: privateKey)
        guard let info = EVP_PKEY2PKCS8(key.pointer) else {
            throw .last(.keyEncryptionFailed, "cannot encode the private key")
        }
        defer { PKCS8_PRIV_KEY_INFO_free(info) }
        let words = passphrase.expose()
        let encrypted = PKCS8_encrypt(
            NID_hmacWithSHA256,
            EVP_aes_256_cbc(),
            words,
            Int32(words.utf8.count),
            nil,
            16,
            rounds,
            info
        )
        guard let encrypted else { throw .last(.keyEncryptionFailed, "cannot encrypt the private key") }
        defer { X509_SIG_free(encrypted) }
        guard let bytes = derBytes({ i2d_X509_SIG(encrypted, $0) }) else {
            throw .last(.keyEncryptionFailed, "cannot encode the encrypted private key")
        }
        return bytes
    }

    /// Decrypts what ``encrypt(_:passphrase:rounds:)`` or `openssl pkcs8` made.
    ///
    /// Throws ``OpenSSLError`` for a wrong passphrase and for anything that is no encrypted key.
    package static func decrypt(
        _ encrypted: [UInt8],
        passphrase: Secret<String>
    ) throws(OpenSSLError) -> Secret<[UInt8]> {
        let form = encrypted.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return d2i_X509_SIG(nil, &cursor, buffer.count)
        }
        guard let form else { throw .last(.keyUnreadable, "the private key is not an encrypted PKCS#8 key") }
        defer { X509_SIG_free(form) }
        let words = passphrase.expose()
        guard let info = PKCS8_decrypt(form, words, Int32(words.utf8.count)) else {
            ERR_clear_error()
            throw OpenSSLError(.passphraseWrong, "the passphrase is wrong, or the private key is damaged")
        }
        defer { PKCS8_PRIV_KEY_INFO_free(info) }
        guard let bytes = derBytes({ i2d_PKCS8_PRIV_KEY_INFO(info, $0) }) else {
            throw .last(.keyUnreadable, "cannot read the private key")
        }
        return Secret(bytes)
    }
}
