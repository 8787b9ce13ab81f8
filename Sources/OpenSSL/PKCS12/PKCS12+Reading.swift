//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import COpenSSL
package import Support

extension PKCS12 {
    /// The largest file that is read, in bytes.
    package static let sizeLimit = 4 << 20
    /// Rounds of key derivation that a file may cost, all its parts together: seconds, where OpenSSL and Java ask for
    /// milliseconds.
    package static let roundsLimit = 2_000_000

    /// The certificates of a file, DER, in its order; keys and all else are passed over.
    ///
    /// The MAC, where there is one, is checked first. What a file asks for is weighed before it is done: its size, and
    /// the rounds of its key derivations.
    ///
    /// Throws ``OpenSSLError``: `openssl.pkcs12.password-wrong`, or `openssl.pkcs12.unreadable` for all that is no
    /// PKCS#12 file, is too large or too costly, or uses what OpenSSL does not offer.
    package static func certificates(
        in bytes: [UInt8],
        password: Secret<String>
    ) throws(OpenSSLError) -> [[UInt8]] {
        guard bytes.count <= sizeLimit else {
            throw OpenSSLError(.pkcs12Unreadable, "the PKCS#12 file is larger than \(sizeLimit) bytes")
        }
        let file = try parse(bytes)
        defer { PKCS12_free(file) }
        var budget = KeyDerivationBudget(rounds: roundsLimit)
        let words = try checkMAC(of: file, password.expose(), &budget)
        guard let safes = PKCS12_unpack_authsafes(file) else {
            throw .last(.pkcs12Unreadable, "the PKCS#12 file holds nothing that can be read")
        }
        defer { OPENSSL_sk_pop_free(safes) { PKCS7_free($0?.assumingMemoryBound(to: PKCS7.self)) } }
        var certificates: [[UInt8]] = []
        for index in 0..<OPENSSL_sk_num(safes) {
            guard let safe = OPENSSL_sk_value(safes, index)?.assumingMemoryBound(to: PKCS7.self) else { continue }
            let bags = try open(safe, words, &budget)
            defer { OPENSSL_sk_pop_free(bags) { PKCS12_SAFEBAG_free($0.map(OpaquePointer.init)) } }
            try collect(from: bags, into: &certificates)
        }
        return certificates
    }

    private static func parse(_ bytes: [UInt8]) throws(OpenSSLError) -> OpaquePointer {
        let (file, isWhole) = bytes.withUnsafeBufferPointer { buffer -> (OpaquePointer?, Bool) in
            var cursor = buffer.baseAddress
            let file = d2i_PKCS12(nil, &cursor, buffer.count)
            return (file, cursor == buffer.baseAddress.map { $0 + buffer.count })
        }
        guard let file else { throw .last(.pkcs12Unreadable, "this is no PKCS#12 file") }
        guard isWhole else {
            PKCS12_free(file)
            throw OpenSSLError(.pkcs12Unreadable, "the PKCS#12 file has bytes after its end")
        }
        return file
    }

    /// Checks the MAC and gives the password in the form that fits: an empty one is written in two ways, of which `nil`
    /// stands for the other.
    private static func checkMAC(
        of file: OpaquePointer,
        _ words: String,
        _ budget: inout KeyDerivationBudget
    ) throws(OpenSSLError) -> String? {
        guard PKCS12_mac_present(file) == 1 else { return words }
        var algorithm: UnsafePointer<X509_ALGOR>?
        var rounds: UnsafePointer<ASN1_INTEGER>?
        PKCS12_get0_mac(nil, &algorithm, nil, &rounds, file)
        // The PBMAC1 of RFC 9579 hides its rounds elsewhere.
        let digests = [NID_sha1, NID_sha224, NID_sha256, NID_sha384, NID_sha512]
        guard let algorithm, digests.contains(OBJ_obj2nid(algorithm.pointee.algorithm)) else {
            throw OpenSSLError(.pkcs12Unreadable, "the MAC of the PKCS#12 file is of a kind that is not supported")
        }
        for candidate in words.isEmpty ? [words, nil] : [words] {
            try budget.spend(rounds)
            if PKCS12_verify_mac(file, candidate, Int32(candidate?.utf8.count ?? 0)) == 1 { return candidate }
        }
        ERR_clear_error()
        throw OpenSSLError(.pkcs12PasswordWrong, "the password is wrong, or the PKCS#12 file is damaged")
    }

    /// The bags of one part of a file; the caller frees them.
    private static func open(
        _ safe: UnsafeMutablePointer<PKCS7>,
        _ words: String?,
        _ budget: inout KeyDerivationBudget
    ) throws(OpenSSLError) -> OpaquePointer {
        let bags: OpaquePointer?
        switch OBJ_obj2nid(safe.pointee.type) {
        case NID_pkcs7_data:
            bags = PKCS12_unpack_p7data(safe)
        case NID_pkcs7_encrypted:
            try budget.spend(on: safe)
            bags = PKCS12_unpack_p7encdata(safe, words, Int32(words?.utf8.count ?? 0))
        default:
            throw OpenSSLError(.pkcs12Unreadable, "a part of the PKCS#12 file is of a kind that is not supported")
        }
        guard let bags else {
            throw .last(
                .pkcs12Unreadable,
                "cannot read a part of the PKCS#12 file",
                remedy: "old files need old ciphers: openssl pkcs12 -legacy -in FILE -nokeys"
            )
        }
        return bags
    }

    /// Adds the certificates of bags, and of bags in bags, which OpenSSL's parser nests thirty deep at most.
    private static func collect(
        from bags: OpaquePointer,
        into certificates: inout [[UInt8]]
    ) throws(OpenSSLError) {
        for index in 0..<OPENSSL_sk_num(bags) {
            guard let bag = OPENSSL_sk_value(bags, index).map(OpaquePointer.init) else { continue }
            if let inner = PKCS12_SAFEBAG_get0_safes(bag) {
                try collect(from: inner, into: &certificates)
            } else if PKCS12_SAFEBAG_get_nid(bag) == NID_certBag,
                PKCS12_SAFEBAG_get_bag_nid(bag) == NID_x509Certificate
            {
                guard let certificate = PKCS12_SAFEBAG_get1_cert(bag) else {
                    throw .last(.pkcs12Unreadable, "cannot read a certificate of the PKCS#12 file")
                }
                defer { X509_free(certificate) }
                guard let der = derBytes({ i2d_X509(certificate, $0) }) else {
                    throw .last(.pkcs12Unreadable, "cannot read a certificate of the PKCS#12 file")
                }
                certificates.append(der)
            }
        }
    }
}
