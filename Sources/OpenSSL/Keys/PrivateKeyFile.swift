//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import COpenSSL
package import Support

/// Private keys that somebody else made and brings along.
package enum PrivateKeyFile {
    /// Bytes that a file with a key may have.
    package static let mostBytes = 64 << 10
    /// Sizes of RSA keys that are taken, in bits.
    package static let rsaBits = 2_048...8_192

    /// Reads the one key of a file, in PEM or DER: PKCS#8 (RFC 5958), encrypted or not, PKCS#1 (RFC 8017, appendix A.1.2)
    /// or SEC 1 (RFC 5915).
    ///
    /// - Parameters:
    ///   - bytes: the file.
    ///   - name: what it is called in messages.
    ///   - passphrase: asked only when the key is encrypted, and that in a way that costs a bounded time to open.
    /// - Returns: the key, which has been seen to sign.
    /// - Throws: ``OpenSSLError`` when there is none, or more than one, or of another kind or size than is taken; what
    ///   `passphrase` throws.
    package static func read(
        _ bytes: [UInt8],
        name: String,
        passphrase: () throws -> Secret<String>
    ) throws -> KeyPair {
        guard bytes.count <= mostBytes else {
            throw OpenSSLError(.keyUnreadable, "\(name) is larger than \(mostBytes) bytes, and no private key")
        }
        let (form, der) = try content(bytes, name)
        let handle =
            switch form {
            case .plain: try KeyHandle(foreign: Secret(der))
            case .encrypted: try KeyHandle(foreign: PassphraseEncryption.decrypt(der, passphrase: passphrase))
            case .traditional: try KeyHandle(traditional: Secret(der))
            }
        return try handle.checked(name)
    }

    /// The ways in which a key is written.
    private enum Form {
        case plain, encrypted, traditional
    }

    private static func content(_ bytes: [UInt8], _ name: String) throws(OpenSSLError) -> (Form, [UInt8]) {
        if bytes.first == 0x30 { return (form(ofDER: bytes), bytes) }
        let blocks = PEMBlock.all(in: bytes).filter { $0.label.hasSuffix("PRIVATE KEY") }
        guard let block = blocks.first, blocks.count == 1 else {
            throw OpenSSLError(.keyUnreadable, "\(name) holds \(blocks.isEmpty ? "no" : "more than one") private key")
        }
        if let body = block.body, body.starts(with: "Proc-Type:".utf8) {
            throw OpenSSLError(
                .keyUnreadable,
                "the private key in \(name) is encrypted in the old way of PEM, which gives weak protection",
                remedy: "convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 600000 -in FILE -out KEY"
            )
        }
        guard let der = block.bytes, !der.isEmpty else {
            throw OpenSSLError(.keyUnreadable, "the private key in \(name) is cut off or not base64")
        }
        return switch block.label {
        case "PRIVATE KEY": (.plain, der)
        case "ENCRYPTED PRIVATE KEY": (.encrypted, der)
        case "RSA PRIVATE KEY", "EC PRIVATE KEY": (.traditional, der)
        default: throw .unsupported
        }
    }

    /// Tells the forms apart by what stands first in the outer SEQUENCE, and by what follows the version.
    private static func form(ofDER bytes: [UInt8]) -> Form {
        let body = body(bytes)
        if body.first == 0x30 { return .encrypted }
        return body.dropFirst(3).first == 0x30 ? .plain : .traditional
    }

    /// What follows the tag and the length of the outer SEQUENCE.
    fileprivate static func body(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes.dropFirst(bytes.count > 1 && bytes[1] >= 0x80 ? 2 + Int(bytes[1] & 0x7f) : 2)
    }
}

extension KeyHandle {
    /// Reads a PKCS#8 key of a kind that is taken: the algorithm is looked at before OpenSSL makes anything of its
    /// numbers.
    fileprivate convenience init(foreign privateKey: Secret<[UInt8]>) throws(OpenSSLError) {
        try self.init(pkcs8: privateKey) { info in
            var object: OpaquePointer?
            var algorithm: UnsafePointer<X509_ALGOR>?
            guard PKCS8_pkey_get0(&object, nil, nil, &algorithm, info) == 1 else { return false }
            return KeyAlgorithm.isTaken(object, algorithm)
        }
    }

    /// Reads a key in the form of its own kind.
    fileprivate convenience init(traditional privateKey: Secret<[UInt8]>) throws(OpenSSLError) {
        let bytes = privateKey.expose()
        // SEC 1 begins with version 1, PKCS#1 with version 0.
        let isCurve = PrivateKeyFile.body(bytes).starts(with: [0x02, 0x01, 0x01])
        let (key, read) = bytes.withUnsafeBufferPointer { buffer -> (OpaquePointer?, Int) in
            var cursor = buffer.baseAddress
            let key = d2i_PrivateKey(isCurve ? EVP_PKEY_EC : EVP_PKEY_RSA, nil, &cursor, buffer.count)
            return (key, buffer.baseAddress.flatMap { start in cursor.map { $0 - start } } ?? 0)
        }
        guard let key else { throw .last(.keyUnreadable, "cannot read the private key") }
        self.init(owning: key)
        guard read == bytes.count else {
            throw OpenSSLError(.keyUnreadable, "the private key has \(bytes.count - read) bytes too many")
        }
    }

    /// The key with its public half, once it has signed something that the public half verifies.
    fileprivate func checked(_ name: String) throws(OpenSSLError) -> KeyPair {
        // A curve that is spelt out, instead of named, may differ from the one that it resembles.
        var isSpeltOut: Int32 = 0
        EVP_PKEY_get_int_param(pointer, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &isSpeltOut)
        ERR_clear_error()
        guard let algorithm, isSpeltOut == 0 else { throw .unsupported }
        if case .rsa(let bits) = algorithm, !PrivateKeyFile.rsaBits.contains(bits) {
            throw OpenSSLError(.keyUnreadable, "the RSA key in \(name) has \(bits) bits; 2048 to 8192 are taken")
        }
        EVP_PKEY_set_utf8_string_param(pointer, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed")
        ERR_clear_error()
        let pair = try KeyPair(self, algorithm)
        let message = Array("kindling".utf8)
        guard verifies(try pair.sign(message), of: message, digest: algorithm.digest) else {
            throw OpenSSLError(.keyUnreadable, "the private key in \(name) does not belong to its public half")
        }
        return pair
    }

    private func verifies(_ signature: [UInt8], of message: [UInt8], digest: OpaquePointer?) -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        return EVP_DigestVerifyInit(context, nil, digest, nil, pointer) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}

extension KeyAlgorithm {
    /// Whether an AlgorithmIdentifier is of a kind that is taken: RSA, Ed25519, or a curve by its name.
    fileprivate static func isTaken(_ object: OpaquePointer?, _ algorithm: UnsafePointer<X509_ALGOR>?) -> Bool {
        switch OBJ_obj2nid(object) {
        case NID_rsaEncryption, NID_ED25519: return true
        case NID_X9_62_id_ecPublicKey:
            var type: Int32 = 0
            var value: UnsafeRawPointer?
            X509_ALGOR_get0(nil, &type, &value, algorithm)
            guard type == V_ASN1_OBJECT, let value else { return false }
            let curve = OBJ_obj2nid(OpaquePointer(value))
            return curve == NID_X9_62_prime256v1 || curve == NID_secp384r1
        default: return false
        }
    }
}

extension OpenSSLError {
    /// That a key is of a kind that ``KeyAlgorithm`` does not name.
    static var unsupported: OpenSSLError {
        OpenSSLError(
            .keyUnreadable,
            "the private key is of a kind that is not supported",
            remedy: "take P-256, P-384, Ed25519, or RSA of 2048 to 8192 bits"
        )
    }
}
