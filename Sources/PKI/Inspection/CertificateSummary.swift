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
import SwiftASN1
import X509

/// What a certificate says, in words for people and for JSON.
package struct CertificateSummary: Sendable, Hashable {
    /// Subject, as RFC 4514 writes it; empty for a leaf without one.
    package let subject: String
    /// Issuer, likewise.
    package let issuer: String
    /// Lower-case hexadecimal.
    package let serial: String
    /// DNS names and IP addresses, and other alternative names as `email:…` and the like.
    package let hosts: [String]
    package let notBefore: Date
    package let notAfter: Date
    /// `p256`, `rsa3072` and so on; `other` for a kind that kindling does not make.
    package let keyType: String
    /// SHA-256 over the DER form, with colons.
    package let fingerprint: String
    package let isAuthority: Bool
    /// The names it may certify, if it is an authority of kindling's making.
    package let permitted: String?
    /// `serverAuth`, `clientAuth` or an object identifier.
    package let usages: [String]

    /// Reads a certificate in DER, one with faults too as long as its fields stand where they belong. Throws ``PKIError``
    /// when it is none.
    package init(der: [UInt8]) throws(PKIError) {
        do {
            let fields = try CertificateFields(der: der)
            let extensions = try Certificate.Extensions(fields.extensions)
            subject = fields.subject.text
            issuer = fields.issuer.text
            serial = fields.serialText
            hosts = try extensions.subjectAlternativeNames?.map(\.text) ?? []
            notBefore = fields.notBefore.date
            notAfter = fields.notAfter.date
            keyType = Self.keyType(fields.publicKey)
            fingerprint = Fingerprint.text(der)
            if case .isCertificateAuthority = try extensions.basicConstraints {
                isAuthority = true
            } else {
                isAuthority = false
            }
            permitted = (try? Certificate(derEncoded: der)).flatMap { try? PermittedNames(of: $0) }?.description
            usages = try extensions.extendedKeyUsage?.map(Self.text) ?? []
        } catch {
            throw PKIError(.certificateUnreadable, "cannot read the certificate: \(error)")
        }
    }

    /// The kind of a key by its SubjectPublicKeyInfo, DER.
    static func keyType(_ publicKey: [UInt8]) -> String { KeyAlgorithm(publicKey: publicKey)?.description ?? "other" }

    /// What to call it in messages: the subject, or the fingerprint where there is none.
    package var title: String { subject.isEmpty ? "the certificate \(fingerprint)" : subject }

    static func text(_ usage: ExtendedKeyUsage.Usage) -> String {
        switch usage {
        case .serverAuth: "serverAuth"
        case .clientAuth: "clientAuth"
        default: usage.description
        }
    }
}

extension GeneralName {
    /// The name for people: DNS names and addresses as they are, others as `email:…` and the like.
    var text: String {
        switch self {
        case .dnsName(let name): name
        case .ipAddress(let octets): IPAddress.text(Array(octets.bytes))
        case .rfc822Name(let address): "email:\(address)"
        case .uniformResourceIdentifier(let address): "uri:\(address)"
        default: description
        }
    }
}
