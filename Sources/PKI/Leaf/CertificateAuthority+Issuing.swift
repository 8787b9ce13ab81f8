//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import Lab
import OpenSSL
package import Support
import SwiftASN1
import X509

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
        let hosts = try permittedHosts(request)
        let validity = try leafValidity(request, outlivingIssuer, now: now)
        do {
            let pair = try privateKey.map { try KeyPair(privateKey: $0) } ?? .generate(request.keyType.algorithm)
            let publicKey = try Certificate.PublicKey(derEncoded: pair.publicKey)
            let subject = try LeafProfile.subject(hosts)
            let certificate = try Certificate(
                version: .v3,
                serialNumber: .random(from: random),
                publicKey: publicKey,
                notValidBefore: validity.notBefore,
                notValidAfter: validity.notAfter,
                issuer: certificate.subject,
                subject: subject,
                extensions: LeafProfile.extensions(
                    request,
                    hosts: hosts,
                    hasSubject: !subject.isEmpty,
                    publicKey: publicKey,
                    issuerKeyIdentifier: keyIdentifier
                ),
                issuerPrivateKey: signingKey
            )
            return StoredCertificate(
                serial: certificate.serialNumber.hex,
                name: request.name,
                hosts: hosts.map(\.description),
                profile: request.profile,
                keyType: request.keyType,
                der: try certificate.derBytes(),
                chain: chain,
                privateKey: pair.privateKey,
                issuerID: id,
                notBefore: validity.notBefore,
                notAfter: validity.notAfter
            )
        } catch {
            throw PKIError(.issuanceFailed, "cannot issue the certificate \(request.name): \(error)")
        }
    }

    private func permittedHosts(_ request: LeafRequest) throws(PKIError) -> [AlternativeName] {
        let hosts = try AlternativeName.list(request.hosts)
        guard !hosts.isEmpty else {
            throw PKIError(
                .nameInvalid,
                "the certificate \(request.name) names no host",
                remedy: "name one: kindling cert issue \(request.name) --host HOST"
            )
        }
        let outside = hosts.filter { !permitted.permits($0) }.map(\.description)
        guard outside.isEmpty else {
            throw PKIError(
                .nameNotPermitted,
                "\(outside.joined(separator: ", ")) of the certificate \(request.name) "
                    + "\(outside.count == 1 ? "lies" : "lie") outside what \(commonName) may certify (\(permitted))",
                remedy: "choose a name inside; a standing authority keeps its constraints, a new one takes those of "
                    + "authority.permitted in lab.yaml"
            )
        }
        return hosts
    }

    private func leafValidity(
        _ request: LeafRequest,
        _ outlivingIssuer: OutlivingIssuer,
        now: Date
    ) throws(PKIError) -> Validity {
        guard self.validity.notAfter > now else { throw expired }
        let lifetime = request.lifetime
        guard lifetime <= Validity.longestLeaf else {
            throw PKIError(
                .lifetimeTooLong,
                "the certificate \(request.name) would live \(lifetime.labText), "
                    + "and clients take \(Validity.longestLeaf.labText) at most",
                remedy: "set lifetime to \(Validity.longestLeaf.labText) or less"
            )
        }
        guard lifetime >= Validity.shortest else {
            throw PKIError(
                .lifetimeTooShort,
                "the certificate \(request.name) would live \(lifetime.labText), "
                    + "of which \(Validity.backdating.labText) lie in the past",
                remedy: "set lifetime to \(Validity.shortest.labText) or more"
            )
        }
        let validity = Validity(lifetime: lifetime, now: now)
        if validity.notAfter <= self.validity.notAfter { return validity }
        switch outlivingIssuer {
        case .shorten: return validity.ending(noLaterThan: self.validity.notAfter)
        case .refuse:
            throw PKIError(
                .lifetimeTooLong,
                "the certificate \(request.name) would live until \(validity.notAfter.ISO8601Format()), "
                    + "and its issuer \(commonName) ends on \(self.validity.notAfter.ISO8601Format())",
                remedy: "choose a shorter lifetime; what ends when: kindling ca show"
            )
        }
    }
}
