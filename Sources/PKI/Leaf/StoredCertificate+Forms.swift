//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Support

extension StoredCertificate {
    /// The life of the certificate.
    package var validity: Validity { Validity(notBefore: notBefore, notAfter: notAfter) }

    /// The certificate alone, PEM.
    package var pem: String { Encoding.pem("CERTIFICATE", der) }

    /// What a server sends, PEM: the certificate, then its chain without the root (`tls.crt`).
    package var fullChainPEM: String {
        ([der] + chain).map { Encoding.pem("CERTIFICATE", $0) }.joined()
    }

    /// The private key, PEM (PKCS#8, `tls.key`); `nil` where it never was here.
    package var privateKeyPEM: Secret<String>? {
        privateKey.map { Secret(Encoding.pem("PRIVATE KEY", $0.expose())) }
    }

    /// Whether another certificate, DER, can be read and is for the same key.
    package func hasKey(of other: [UInt8]) -> Bool {
        guard let own = try? CertificateFields(der: der), let other = try? CertificateFields(der: other) else {
            return false
        }
        return own.publicKey == other.publicKey
    }

    /// Whether a renewal is due: two thirds of the life are over.
    package func isDue(at now: Date) -> Bool { now >= validity.renewal }
}
