//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import COpenSSL
import Support

/// A PKCS#8 key under a passphrase, of which it is known what opening it will cost.
final class EncryptedKey {
    /// An `X509_SIG`.
    private let form: OpaquePointer

    /// Reads an `EncryptedPrivateKeyInfo` (RFC 5958, section 3), DER, without a byte after it. Throws ``OpenSSLError`` for
    /// anything else, and when its parameters ask for more than ``PassphraseEncryption/mostRounds``.
    init(_ bytes: [UInt8]) throws(OpenSSLError) {
        let (form, read) = bytes.withUnsafeBufferPointer { buffer -> (OpaquePointer?, Int) in
            var cursor = buffer.baseAddress
            let form = d2i_X509_SIG(nil, &cursor, buffer.count)
            return (form, buffer.baseAddress.flatMap { start in cursor.map { $0 - start } } ?? 0)
        }
        guard let form else { throw .last(.keyUnreadable, "the private key is not an encrypted PKCS#8 key") }
        self.form = form
        guard read == bytes.count else {
            throw OpenSSLError(.keyUnreadable, "the private key has \(bytes.count - read) bytes too many")
        }
        try checkCost()
    }

    deinit { X509_SIG_free(form) }

    /// The key, PKCS#8 in DER. Throws ``OpenSSLError`` for a wrong passphrase.
    func decrypt(_ passphrase: Secret<String>) throws(OpenSSLError) -> Secret<[UInt8]> {
        let words = passphrase.expose()
        guard let info = PKCS8_decrypt(form, words, Int32(clamping: words.utf8.count)) else {
            ERR_clear_error()
            throw OpenSSLError(.passphraseWrong, "the passphrase is wrong, or the private key is damaged")
        }
        defer { PKCS8_PRIV_KEY_INFO_free(info) }
        guard let bytes = derBytes({ i2d_PKCS8_PRIV_KEY_INFO(info, $0) }) else {
            throw .last(.keyUnreadable, "cannot read the private key")
        }
        return Secret(bytes)
    }

    /// PBES2 alone (RFC 8018, section 6.2), with PBKDF2 or scrypt (RFC 7914, section 7) of a bounded cost.
    private func checkCost() throws(OpenSSLError) {
        var algorithm: UnsafePointer<X509_ALGOR>?
        X509_SIG_get0(form, &algorithm, nil)
        let (scheme, parameters) = AlgorithmParameters.read(algorithm)
        guard scheme == NID_pbes2, let both = decoded(parameters, d2i_PBE2PARAM) else { throw Self.unsupported }
        defer { PBE2PARAM_free(both) }
        let (derivation, costs) = AlgorithmParameters.read(both.pointee.keyfunc)
        let isBounded: Bool
        switch derivation {
        case NID_id_pbkdf2:
            guard let costs = decoded(costs, d2i_PBKDF2PARAM) else { throw Self.unsupported }
            defer { PBKDF2PARAM_free(costs) }
            isBounded = number(costs.pointee.iter).map { $0 <= PassphraseEncryption.mostRounds } ?? false
        case NID_id_scrypt:
            guard let costs = decoded(costs, d2i_SCRYPT_PARAMS) else { throw Self.unsupported }
            defer { SCRYPT_PARAMS_free(costs) }
            let factors = [
                costs.pointee.costParameter, costs.pointee.blockSize, costs.pointee.parallelizationParameter,
            ]
            isBounded = Self.isBounded(scrypt: factors.map(number))
        default: throw Self.unsupported
        }
        guard isBounded else {
            throw OpenSSLError(
                .keyTooCostly,
                "opening the encrypted private key would take more than \(PassphraseEncryption.mostRounds) rounds",
                remedy: "encrypt it anew where it comes from, with 600000 rounds for example"
            )
        }
    }

    /// OpenSSL's own bound on memory is 32 MiB, 128 bytes for each block of each step; a hundredfold work in that is
    /// enough.
    private static func isBounded(scrypt factors: [Int64?]) -> Bool {
        var product: Int64 = 1
        for factor in factors {
            guard let factor, factor > 0 else { return false }
            let (next, overflow) = product.multipliedReportingOverflow(by: factor)
            if overflow { return false }
            product = next
        }
        return product <= 100 << 18
    }

    private static var unsupported: OpenSSLError {
        ERR_clear_error()
        return OpenSSLError(
            .keyUnreadable,
            "the private key is encrypted in a way that is not supported: it has to be PBES2 with PBKDF2 or scrypt",
            remedy: "convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 600000 -in FILE -out KEY"
        )
    }

    private func decoded<Parameters>(
        _ bytes: [UInt8],
        _ decode: (
            UnsafeMutablePointer<UnsafeMutablePointer<Parameters>?>?,
            UnsafeMutablePointer<UnsafePointer<UInt8>?>?, Int
        ) -> UnsafeMutablePointer<Parameters>?
    ) -> UnsafeMutablePointer<Parameters>? {
        bytes.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return decode(nil, &cursor, buffer.count)
        }
    }

    /// A number that is there and not negative.
    private func number(_ integer: UnsafeMutablePointer<ASN1_INTEGER>?) -> Int64? {
        var value: Int64 = 0
        guard let integer, ASN1_INTEGER_get_int64(&value, integer) == 1, value >= 0 else {
            ERR_clear_error()
            return nil
        }
        return value
    }
}

/// What stands in an AlgorithmIdentifier.
enum AlgorithmParameters {
    /// The number that OpenSSL gives the algorithm, and the DER bytes of its parameters where they are a SEQUENCE.
    static func read(_ algorithm: UnsafePointer<X509_ALGOR>?) -> (name: Int32, sequence: [UInt8]) {
        var object: OpaquePointer?
        var (type, value) = (Int32(0), UnsafeRawPointer?.none)
        guard let algorithm else { return (NID_undef, []) }
        X509_ALGOR_get0(&object, &type, &value, algorithm)
        guard type == V_ASN1_SEQUENCE, let value else { return (OBJ_obj2nid(object), []) }
        let text = value.assumingMemoryBound(to: ASN1_STRING.self)
        let bytes = UnsafeBufferPointer(start: ASN1_STRING_get0_data(text), count: Int(ASN1_STRING_length(text)))
        return (OBJ_obj2nid(object), Array(bytes))
    }
}
