//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import OpenSSL
package import Support

extension CertificateAuthority {
    /// Makes a certificate, for a private key (PKCS#8, DER) that is given or a new one.
    ///
    /// The caller adds the result to the inventory. The key comes from OpenSSL's generator, the serial number from
    /// `random`. Throws ``PKIError`` for names outside the constraints, for names that are none, and for a life that is
    /// too long.
    package func issue(
        _ request: LeafRequest,
        privateKey: Secret<[UInt8]>? = nil,
        outlivingIssuer: OutlivingIssuer = .refuse,
        now: Date,
        random: any RandomSource
    ) throws(PKIError) -> StoredCertificate {
        let leaf = try check(request, outlivingIssuer: outlivingIssuer, now: now)
        let issuer = try LeafIssuer(self)
        guard let privateKey else { return try issuer.issue(leaf, random: random) }
        let pair: KeyPair
        do {
            pair = try KeyPair(privateKey: privateKey)
        } catch {
            throw PKIError(.issuanceFailed, "cannot read the key of the certificate \(request.name): \(error.message)")
        }
        return try issuer.issue(leaf, for: pair, random: random)
    }
}
