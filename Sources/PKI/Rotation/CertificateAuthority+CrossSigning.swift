//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Support
import SwiftASN1
import X509

extension CertificateAuthority {
    /// Certifies the key of another root, so that clients which trust this one alone follow the other's signatures.
    ///
    /// The certificate has the other root's subject, key, key identifier and constraints, no path length, and ends with
    /// the root that ends first, or at `limit`. Throws ``PKIError`` when either has ended.
    func crossSign(
        _ other: CertificateAuthority,
        limit: Date = .distantFuture,
        now: Date,
        random: any RandomSource
    ) throws(PKIError) -> CrossCertificate {
        for root in [self, other] where root.validity.notAfter <= now { throw root.expired }
        let validity = Validity(
            notBefore: max(validity.notBefore, other.validity.notBefore),
            notAfter: min(validity.notAfter, other.validity.notAfter, limit)
        )
        do {
            let certificate = try Certificate(
                version: .v3,
                serialNumber: .random(from: random),
                publicKey: other.certificate.publicKey,
                notValidBefore: validity.notBefore,
                notValidAfter: validity.notAfter,
                issuer: self.certificate.subject,
                subject: other.certificate.subject,
                extensions: Certificate.Extensions([
                    Certificate.Extension(BasicConstraints.isCertificateAuthority(maxPathLength: nil), critical: true),
                    Certificate.Extension(KeyUsage(keyCertSign: true, cRLSign: true), critical: true),
                    other.permitted.certificateExtension(),
                    Certificate.Extension(SubjectKeyIdentifier(keyIdentifier: other.keyIdentifier), critical: false),
                    Certificate.Extension(AuthorityKeyIdentifier(keyIdentifier: keyIdentifier), critical: false),
                ]),
                issuerPrivateKey: signingKey
            )
            return CrossCertificate(
                subjectID: other.id,
                issuerID: id,
                certificate: try certificate.derBytes(),
                createdAt: now
            )
        } catch {
            throw PKIError(.issuanceFailed, "cannot certify \(other.commonName) by \(commonName): \(error)")
        }
    }
}
