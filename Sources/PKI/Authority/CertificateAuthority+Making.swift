//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import OpenSSL
import Support
import SwiftASN1
import X509

extension AuthorityPlan {
    /// Makes a root: self-signed, constrained, without a path length, since cross-signing at a rotation needs the
    /// depth.
    func makeRoot(generation: Int, now: Date, random: any RandomSource) throws(PKIError) -> StoredAuthority {
        let validity = Validity(lifetime: lifetime, now: now)
        guard validity.length > Validity.shortest else {
            throw PKIError(.lifetimeTooShort, "a root that lives \(lifetime.labText) would be over before it is used")
        }
        // The last year that a certificate can name (RFC 5280, section 4.1.2.5.2).
        guard validity.notAfter < Date(timeIntervalSince1970: 253_370_764_800) else {
            throw PKIError(.lifetimeTooLong, "a root that lives \(lifetime.labText) would outlive the year 9998")
        }
        return try make(.root, ordinal: generation, validity: validity, issuer: nil, now: now, random: random)
    }

    /// Makes an intermediate that signs leaves only, within the life of its root.
    func makeIntermediate(
        _ role: AuthorityRole,
        ordinal: Int,
        under root: CertificateAuthority,
        now: Date,
        random: any RandomSource
    ) throws(PKIError) -> StoredAuthority {
        let validity = Validity(lifetime: Validity.longestIntermediate, now: now)
            .ending(noLaterThan: root.validity.notAfter)
        guard validity.notAfter > now else { throw root.expired }
        return try make(role, ordinal: ordinal, validity: validity, issuer: root, now: now, random: random)
    }

    private func make(
        _ role: AuthorityRole,
        ordinal: Int,
        validity: Validity,
        issuer: CertificateAuthority?,
        now: Date,
        random: any RandomSource
    ) throws(PKIError) -> StoredAuthority {
        let permitted = if let issuer { issuer.permitted } else { try PermittedNames(permitted) }
        let commonName = commonName(role, ordinal: ordinal)
        do {
            let pair = try KeyPair.generate(keyType.algorithm)
            let key = try Certificate.PrivateKey(pair)
            let subject = try subject(commonName: commonName)
            let keyIdentifier = SubjectKeyIdentifier(hash: key.publicKey)
            var extensions = try Certificate.Extensions([
                Certificate.Extension(
                    BasicConstraints.isCertificateAuthority(maxPathLength: issuer == nil ? nil : 0),
                    critical: true
                ),
                Certificate.Extension(KeyUsage(keyCertSign: true, cRLSign: true), critical: true),
                permitted.certificateExtension(),
                Certificate.Extension(keyIdentifier, critical: false),
            ])
            if let issuer {
                let authority = AuthorityKeyIdentifier(keyIdentifier: issuer.keyIdentifier)
                try extensions.append(Certificate.Extension(authority, critical: false))
                for publication in issuer.addresses?.certificateExtensions(of: issuer.id) ?? [] {
                    try extensions.append(publication)
                }
            }
            let certificate = try Certificate(
                version: .v3,
                serialNumber: .random(from: random),
                publicKey: key.publicKey,
                notValidBefore: validity.notBefore,
                notValidAfter: validity.notAfter,
                issuer: issuer?.certificate.subject ?? subject,
                subject: subject,
                extensions: extensions,
                issuerPrivateKey: issuer?.signingKey ?? key
            )
            return StoredAuthority(
                id: id(role, ordinal: ordinal),
                role: role,
                generation: issuer?.generation ?? ordinal,
                cluster: role == .cluster ? cluster : nil,
                certificate: try certificate.derBytes(),
                privateKey: pair.privateKey,
                createdAt: now
            )
        } catch {
            throw PKIError(.issuanceFailed, "cannot make the authority \(commonName): \(error)")
        }
    }

    private func subject(commonName: String) throws -> DistinguishedName {
        try DistinguishedName {
            if let organization, !organization.isEmpty { OrganizationName(String(organization.prefix(64))) }
            CommonName(commonName)
        }
    }
}

extension CertificateAuthority {
    /// That nothing can be signed any more.
    var expired: PKIError {
        PKIError(
            .authorityExpired,
            "the authority \(commonName) has reached the end of its life (\(validity.notAfter.ISO8601Format()))",
            remedy: role == .root
                ? "make a new root: kindling ca rotate prepare"
                : "make a new one: kindling ca rotate intermediate \(role.rawValue)"
        )
    }
}

extension Certificate {
    /// The certificate in DER.
    func derBytes() throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.serialize(self)
        return serializer.serializedBytes
    }
}
