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
    /// The most rounds that are spent, some ten seconds.
    package static let mostRounds = 10_000_000

    /// Encrypts a PKCS#8 key. Salt and initialisation vector are OpenSSL's, so that no two results are equal.
    ///
    /// Throws ``OpenSSLError`` when the key is not PKCS#8, or `rounds` is below ``defaultRounds`` or above ``mostRounds``.
    package static func encrypt(
        _ privateKey: Secret<[UInt8]>,
        passphrase: Secret<String>,
        rounds: Int = defaultRounds
    ) throws(OpenSSLError) -> [UInt8] {
        guard (defaultRounds...mostRounds).contains(rounds) else {
            throw OpenSSLError(.keyEncryptionFailed, "\(rounds) rounds: want \(defaultRounds) to \(mostRounds)")
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
            Int32(rounds),
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
    /// Throws ``OpenSSLError`` for a wrong passphrase, for anything that is no encrypted key, and for one that costs too
    /// much to open.
    package static func decrypt(
        _ encrypted: [UInt8],
        passphrase: Secret<String>
    ) throws(OpenSSLError) -> Secret<[UInt8]> {
        try EncryptedKey(encrypted).decrypt(passphrase)
    }

    /// The same, with a passphrase that is asked for once the rest is seen to be in order.
    static func decrypt(_ encrypted: [UInt8], passphrase: () throws -> Secret<String>) throws -> Secret<[UInt8]> {
        let key = try EncryptedKey(encrypted)
        return try key.decrypt(passphrase())
    }
}
