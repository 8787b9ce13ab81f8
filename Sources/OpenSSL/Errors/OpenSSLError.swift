//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import COpenSSL
package import Support

/// The system's OpenSSL refused. Holds its reason, never key material.
package struct OpenSSLError: KindlingError {
    package let code: ErrorCode
    package let message: String
    package let remedy: String?

    /// An error in own words.
    package init(_ code: ErrorCode, _ message: String, remedy: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    /// What `doing` failed with: the newest entry of the thread's error queue, which is emptied.
    static func last(_ code: ErrorCode, _ doing: String, remedy: String? = nil) -> OpenSSLError {
        let number = ERR_peek_last_error()
        ERR_clear_error()
        guard number != 0, let reason = ERR_reason_error_string(number) else {
            return OpenSSLError(code, doing, remedy: remedy)
        }
        return OpenSSLError(code, "\(doing): \(String(cString: reason))", remedy: remedy)
    }
}

extension ErrorCode {
    /// A key could not be made.
    package static let keyGenerationFailed = ErrorCode("openssl.key.generation-failed")
    /// A private key is not PKCS#8, or not of the kind that is needed.
    package static let keyUnreadable = ErrorCode("openssl.key.unreadable", exit: .badInput)
    /// Opening an encrypted private key would take too long.
    package static let keyTooCostly = ErrorCode("openssl.key.too-costly", exit: .badInput)
    /// A signature could not be made.
    package static let signingFailed = ErrorCode("openssl.signing-failed")
    /// A private key could not be encrypted.
    package static let keyEncryptionFailed = ErrorCode("openssl.key.encryption-failed")
    /// The passphrase of an encrypted private key is wrong, or the key is damaged.
    package static let passphraseWrong = ErrorCode("openssl.key.passphrase-wrong", exit: .badInput)
    /// A PKCS#12 file could not be made.
    package static let pkcs12Failed = ErrorCode("openssl.pkcs12.failed")
    /// The password of a PKCS#12 file is wrong, or the file is damaged.
    package static let pkcs12PasswordWrong = ErrorCode("openssl.pkcs12.password-wrong", exit: .badInput)
    /// A file is no PKCS#12 file, or asks for too much or for what OpenSSL does not offer.
    package static let pkcs12Unreadable = ErrorCode("openssl.pkcs12.unreadable", exit: .badInput)
}
