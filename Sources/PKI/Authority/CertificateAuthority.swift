//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import OpenSSL
package import Support
import SwiftASN1
import X509

/// A certificate authority that can sign: its certificate, its key, and the names it may certify.
package struct CertificateAuthority: Sendable {
    /// Primary key in the state.
    package let id: String
    package let role: AuthorityRole
    /// Counts up from 1 with every rotation of the root.
    package let generation: Int
    /// The certificate, DER.
    package let der: [UInt8]
    /// PKCS#8, DER.
    package let privateKey: Secret<[UInt8]>
    package let validity: Validity
    package let permitted: PermittedNames
    /// What servers send after a leaf of this authority, DER, see ``CertificateChains``.
    package let chain: [[UInt8]]
    /// Where its list of revoked certificates and its certificate are found; what it signs says so.
    package var addresses: PublicationAddresses?

    let pair: KeyPair
    let certificate: Certificate
    let signingKey: Certificate.PrivateKey
    let keyIdentifier: ArraySlice<UInt8>

    /// Opens an authority as it was kept.
    ///
    /// - Parameters:
    ///   - stored: as it was kept.
    ///   - chain: what servers send after its leaves; its own certificate where nothing is given.
    /// - Throws: ``PKIError`` when the certificate or key cannot be read, they do not belong together, or the
    ///   certificate is not one of a constrained authority.
    package init(_ stored: StoredAuthority, chain: [[UInt8]]? = nil) throws(PKIError) {
        do {
            let certificate = try Certificate(derEncoded: stored.certificate)
            let pair = try KeyPair(privateKey: stored.privateKey)
            guard try Certificate.PublicKey(derEncoded: pair.publicKey) == certificate.publicKey else {
                throw PKIError(.authorityBroken, "the key of the authority \(stored.id) is not that of its certificate")
            }
            guard case .isCertificateAuthority = try certificate.extensions.basicConstraints,
                let permitted = try PermittedNames(of: certificate),
                let keyIdentifier = try certificate.extensions.subjectKeyIdentifier?.keyIdentifier
            else {
                throw PKIError(.authorityBroken, "the authority \(stored.id) is no constrained certificate authority")
            }
            self.certificate = certificate
            self.pair = pair
            self.permitted = permitted
            self.keyIdentifier = keyIdentifier
            signingKey = try Certificate.PrivateKey(pair)
        } catch let error as PKIError {
            throw error
        } catch {
            throw PKIError(.authorityBroken, "cannot read the authority \(stored.id): \(error)")
        }
        self.chain = chain ?? [stored.certificate]
        id = stored.id
        role = stored.role
        generation = stored.generation
        der = stored.certificate
        privateKey = stored.privateKey
        validity = Validity(notBefore: certificate.notValidBefore, notAfter: certificate.notValidAfter)
    }

    /// What its key is made of.
    var algorithm: KeyAlgorithm { pair.algorithm }

    /// The subject's common name.
    package var commonName: String { certificate.subject.commonName ?? certificate.subject.description }

    /// The certificate, PEM.
    package var pem: String { Encoding.pem("CERTIFICATE", der) }

    /// The certificate and what follows it in chains, PEM; for whoever signs with the key elsewhere.
    package var chainPEM: String { chain.map { Encoding.pem("CERTIFICATE", $0) }.joined() }

    /// The private key, PEM (PKCS#8).
    package var privateKeyPEM: Secret<String> { Secret(Encoding.pem("PRIVATE KEY", privateKey.expose())) }
}

extension CertificateAuthority {
    /// The same, once it is sure that a root signed it with its own constraints.
    func belonging(to root: CertificateAuthority) throws(PKIError) -> CertificateAuthority {
        guard certificate.issuer == root.certificate.subject,
            root.certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
        else { throw PKIError(.authorityBroken, "the authority \(id) is not signed by \(root.id)") }
        guard permitted == root.permitted else {
            throw PKIError(.authorityBroken, "the authority \(id) has other constraints than \(root.id)")
        }
        return self
    }
}

extension DistinguishedName {
    /// The value of the first common name.
    var commonName: String? {
        for name in self {
            for attribute in name where attribute.type == .RDNAttributeType.commonName {
                return String(attribute.value)
            }
        }
        return nil
    }
}
