//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import COpenSSL
package import Support

/// Files of certificates and keys by PKCS#12 (RFC 7292): Java's default key store, and what Windows and browsers import.
package enum PKCS12 {
    /// A certificate to trust, and the name under which a key store lists it.
    package struct TrustedCertificate: Sendable, Hashable {
        /// Names it among all others of a store; Java folds capital letters.
        package let alias: String
        /// The certificate, DER.
        package let certificate: [UInt8]

        package init(alias: String, certificate: [UInt8]) {
            self.alias = alias
            self.certificate = certificate
        }
    }

    /// Rounds of the key derivation for the MAC: those of Java's own stores. A trust store holds no secret; the rounds
    /// only slow down who tries passwords.
    static let macRounds: Int32 = 10_000

    /// A trust store: certificates in the clear, and a MAC by the password (HMAC-SHA-256, key by RFC 7292, appendix B).
    ///
    /// The certificates are not encrypted, since they are public, and since programs that know no password then still
    /// read them: Java, run without one, finds a store of encrypted certificates empty. Each is marked as trusted for
    /// all uses in the way that Java's provider asks for. The salt follows from the content, so that equal
    /// certificates and passwords give equal bytes.
    ///
    /// Throws ``OpenSSLError`` when there is no certificate, or one cannot be read.
    package static func trustStore(
        _ certificates: [TrustedCertificate],
        password: Secret<String>
    ) throws(OpenSSLError) -> [UInt8] {
        guard !certificates.isEmpty else {
            throw OpenSSLError(.pkcs12Failed, "a trust store needs a certificate at least")
        }
        var bags: OpaquePointer?
        defer { OPENSSL_sk_pop_free(bags) { PKCS12_SAFEBAG_free($0.map(OpaquePointer.init)) } }
        for entry in certificates { try add(entry, to: &bags) }
        var safes: OpaquePointer?
        defer { OPENSSL_sk_pop_free(safes) { PKCS7_free($0?.assumingMemoryBound(to: PKCS7.self)) } }
        guard PKCS12_add_safe(&safes, bags, -1, 0, nil) == 1, let file = PKCS12_add_safes(safes, 0) else {
            throw .last(.pkcs12Failed, "cannot put the certificates into a PKCS#12 file")
        }
        defer { PKCS12_free(file) }
        var salt = try salt(of: certificates)
        let words = password.expose()
        let count = Int32(words.utf8.count)
        guard PKCS12_set_mac(file, words, count, &salt, Int32(salt.count), macRounds, EVP_sha256()) == 1,
            let bytes = derBytes({ i2d_PKCS12(file, $0) })
        else { throw .last(.pkcs12Failed, "cannot protect the PKCS#12 file by its password") }
        return bytes
    }

    private static func add(_ entry: TrustedCertificate, to bags: inout OpaquePointer?) throws(OpenSSLError) {
        guard let certificate = x509(entry.certificate) else {
            throw .last(.pkcs12Failed, "cannot read the certificate \(entry.alias)")
        }
        defer { X509_free(certificate) }
        // An attribute of type OBJECT takes the object itself when its length is given as -1.
        let anyUsage = OBJ_nid2obj(NID_anyExtendedKeyUsage).map { UnsafePointer<UInt8>($0) }
        guard let bag = PKCS12_add_cert(&bags, certificate),
            PKCS12_add_friendlyname_utf8(bag, entry.alias, Int32(entry.alias.utf8.count)) == 1,
            PKCS12_add1_attr_by_txt(bag, javaTrustedKeyUsage, V_ASN1_OBJECT, anyUsage, -1) == 1
        else { throw .last(.pkcs12Failed, "cannot add the certificate \(entry.alias) to a PKCS#12 file") }
    }

    /// The bag attribute without which Java's provider does not take a certificate for a trusted one.
    private static let javaTrustedKeyUsage = "2.16.840.1.113894.746875.1.1"

    /// Twenty bytes that depend on what is in the file, and not on the password: a digest of that would be a quicker way
    /// to try passwords than the MAC is.
    private static func salt(of certificates: [TrustedCertificate]) throws(OpenSSLError) -> [UInt8] {
        let content = certificates.flatMap { entry -> [UInt8] in Array(entry.alias.utf8) + [0] + entry.certificate }
        var digest = [UInt8](repeating: 0, count: 32)
        guard EVP_Digest(content, content.count, &digest, nil, EVP_sha256(), nil) == 1 else {
            throw .last(.pkcs12Failed, "cannot make the salt of a PKCS#12 file")
        }
        return Array(digest.prefix(20))
    }

    /// A certificate in DER without a byte after it; the caller frees it.
    private static func x509(_ der: [UInt8]) -> OpaquePointer? {
        der.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            guard let certificate = d2i_X509(nil, &cursor, buffer.count) else { return nil }
            guard cursor == buffer.baseAddress.map({ $0 + buffer.count }) else {
                X509_free(certificate)
                return nil
            }
            return certificate
        }
    }
}
