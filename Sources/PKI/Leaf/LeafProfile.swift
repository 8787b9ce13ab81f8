//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import X509

/// What a leaf says besides its key and its life.
enum LeafProfile {
    /// CN is the first DNS name, where it fits (64 characters); a leaf for addresses alone has an empty subject.
    static func subject(_ hosts: [AlternativeName]) throws -> DistinguishedName {
        for case .dns(let name) in hosts {
            return name.utf8.count <= 64 ? try DistinguishedName { CommonName(name) } : DistinguishedName()
        }
        return DistinguishedName()
    }

    /// The extensions (RFC 5280, section 4.2). The alternative names are critical where the subject is empty
    /// (section 4.2.1.6).
    static func extensions(
        _ request: LeafRequest,
        hosts: [AlternativeName],
        hasSubject: Bool,
        publicKey: Certificate.PublicKey,
        issuerKeyIdentifier: ArraySlice<UInt8>
    ) throws -> Certificate.Extensions {
        let names = SubjectAlternativeNames(hosts.map(\.generalName))
        // keyEncipherment is what clients without elliptic curves need of RSA; other keys cannot encipher.
        let usage = KeyUsage(digitalSignature: true, keyEncipherment: request.keyType.isRSA)
        return try Certificate.Extensions([
            Certificate.Extension(BasicConstraints.notCertificateAuthority, critical: true),
            Certificate.Extension(usage, critical: true),
            Certificate.Extension(ExtendedKeyUsage(usages(request.profile)), critical: false),
            Certificate.Extension(names, critical: !hasSubject),
            Certificate.Extension(SubjectKeyIdentifier(hash: publicKey), critical: false),
            Certificate.Extension(AuthorityKeyIdentifier(keyIdentifier: issuerKeyIdentifier), critical: false),
        ])
    }

    private static func usages(_ profile: CertificateProfile) -> [ExtendedKeyUsage.Usage] {
        switch profile {
        case .server: [.serverAuth]
        case .client: [.clientAuth]
        case .both, .peer: [.serverAuth, .clientAuth]
        }
    }
}
