//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
package import FoundationEssentials
import OpenSSL
package import Support
import SwiftASN1
import X509

/// A certificate authority of a Kubernetes cluster's own: self-signed, made before any node boots, so that join tokens
/// can pin it. The lab's authority has no part in it: what it certifies are names inside the cluster.
package struct KubernetesAuthority: Sendable {
    /// The certificate, one PEM block with a line feed at its end.
    package let certificate: String
    /// PKCS#8, PEM.
    package let privateKey: Secret<String>
    /// SHA-256 of the certificate's PEM text, byte for byte, in small hexadecimal digits: what a token of k3s and RKE2
    /// pins where the file holds one certificate (k3s-io/k3s, pkg/clientaccess/token.go, `hashCA`).
    package let fileDigest: String
    /// SHA-256 of the certificate's SubjectPublicKeyInfo in small hexadecimal digits: what `caCertHashes` of kubeadm pins,
    /// `sha256:` before it.
    package let publicKeyDigest: String

    /// Ten years, the life that the distributions give their own.
    private static let lifetime: Duration = .days(3650)

    private init(der: [UInt8], pair: KeyPair) {
        certificate = Encoding.pem("CERTIFICATE", der)
        privateKey = Secret(Encoding.pem("PRIVATE KEY", pair.privateKey.expose()))
        fileDigest = Encoding.hex(SHA256.hash(data: Array(certificate.utf8)))
        publicKeyDigest = Encoding.hex(SHA256.hash(data: pair.publicKey))
    }

    /// Makes an authority with a key on P-256.
    ///
    /// - Parameters:
    ///   - commonName: CN; what is beyond 64 characters is cut (RFC 5280, appendix A.1).
    ///   - now: the time of making.
    ///   - random: gives the serial number.
    /// - Returns: the authority.
    /// - Throws: ``PKIError`` when OpenSSL refuses.
    package static func make(
        commonName: String,
        now: Date,
        random: any RandomSource
    ) throws(PKIError) -> KubernetesAuthority {
        let validity = Validity(lifetime: lifetime, now: now)
        do {
            let pair = try KeyPair.generate(.p256)
            let key = try Certificate.PrivateKey(pair)
            let subject = try DistinguishedName { CommonName(String(commonName.prefix(64))) }
            let certificate = try Certificate(
                version: .v3,
                serialNumber: .random(from: random),
                publicKey: key.publicKey,
                notValidBefore: validity.notBefore,
                notValidAfter: validity.notAfter,
                issuer: subject,
                subject: subject,
                extensions: try Certificate.Extensions([
                    Certificate.Extension(BasicConstraints.isCertificateAuthority(maxPathLength: nil), critical: true),
                    Certificate.Extension(KeyUsage(digitalSignature: true, keyCertSign: true), critical: true),
                    Certificate.Extension(SubjectKeyIdentifier(hash: key.publicKey), critical: false),
                ]),
                issuerPrivateKey: key
            )
            return KubernetesAuthority(der: try certificate.derBytes(), pair: pair)
        } catch {
            throw PKIError(.issuanceFailed, "cannot make the authority \(commonName): \(error)")
        }
    }

    /// Reads an authority in the form of ``pem``.
    ///
    /// - Parameters:
    ///   - pem: a certificate and its key, in either order.
    ///   - name: what it is called, for messages.
    /// - Throws: ``PKIError`` when it is anything else, or the key is not the certificate's.
    package init(pem: Secret<String>, name: String) throws(PKIError) {
        let blocks = PEMBlock.all(in: Array(pem.expose().utf8))
        do {
            guard blocks.count == 2,
                let der = blocks.first(where: { $0.label == "CERTIFICATE" })?.bytes,
                let key = blocks.first(where: { $0.label == "PRIVATE KEY" })?.bytes
            else { throw PKIError(.authorityBroken, "\(name) is no certificate with its key in PKCS#8") }
            let certificate = try Certificate(derEncoded: der)
            let pair = try KeyPair(privateKey: Secret(key))
            guard try Certificate.PublicKey(derEncoded: pair.publicKey) == certificate.publicKey,
                case .isCertificateAuthority = try certificate.extensions.basicConstraints
            else { throw PKIError(.authorityBroken, "\(name) is no authority with its own key") }
            self.init(der: der, pair: pair)
        } catch let error as PKIError {
            throw error
        } catch {
            throw PKIError(.authorityBroken, "cannot read \(name): \(error)")
        }
    }

    /// Certificate and key, as they are kept.
    package var pem: Secret<String> { Secret(certificate + privateKey.expose()) }
}

/// The key by which a Kubernetes cluster signs the tokens of service accounts.
package struct ServiceAccountKey: Sendable {
    /// PKCS#8, PEM.
    package let privateKey: Secret<String>
    /// SubjectPublicKeyInfo, PEM.
    package let publicKey: String

    private init(_ pair: KeyPair) {
        privateKey = Secret(Encoding.pem("PRIVATE KEY", pair.privateKey.expose()))
        publicKey = Encoding.pem("PUBLIC KEY", pair.publicKey)
    }

    /// Makes a key on P-256. Throws ``PKIError`` when OpenSSL refuses.
    package static func make() throws(PKIError) -> ServiceAccountKey {
        do {
            return ServiceAccountKey(try KeyPair.generate(.p256))
        } catch {
            throw PKIError(.issuanceFailed, "cannot make the key of service accounts: \(error)")
        }
    }

    /// Reads a key in PKCS#8, PEM. Throws ``PKIError`` when it is anything else; `name` is what it is called there.
    package init(pem: Secret<String>, name: String) throws(PKIError) {
        let block = PEMBlock.all(in: Array(pem.expose().utf8)).first { $0.label == "PRIVATE KEY" }
        do {
            guard let bytes = block?.bytes else { throw PKIError(.authorityBroken, "\(name) is no key in PKCS#8") }
            self.init(try KeyPair(privateKey: Secret(bytes)))
        } catch let error as PKIError {
            throw error
        } catch {
            throw PKIError(.authorityBroken, "cannot read \(name): \(error)")
        }
    }
}
