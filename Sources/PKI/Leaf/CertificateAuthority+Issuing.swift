//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Support

extension CertificateAuthority {
    /// Makes a certificate, for a key that is given or a new one.
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
        return try LeafIssuer(self).issue(leaf, privateKey: privateKey, random: random)
    }
}
