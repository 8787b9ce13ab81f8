//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab
package import OpenSSL
import Support
import SwiftASN1
import X509

/// A certificate signing request of somebody else (PKCS#10, RFC 2986): who made it has the key, and names the hosts.
/// Everything else in it is the authority's to decide.
package struct SigningRequest: Sendable {
    /// What the key is made of.
    package let algorithm: KeyAlgorithm
    /// The names asked for; where there are none, the common name if it is a DNS name.
    package let names: [AlternativeName]
    /// SubjectPublicKeyInfo, DER.
    let publicKey: [UInt8]
    /// The subject's common name.
    private let commonName: String?
    /// Parts of the request that a certificate of this authority never has, in words.
    private let dropped: [String]
    private let keyUsage: KeyUsage?
    private let purposes: [String]?

    /// Bytes that a request may have.
    package static let mostBytes = 1 << 20

    /// Reads the one request of a file, PEM or DER; `file` is its name in messages.
    ///
    /// Throws ``PKIError`` for what is none, for a key of a kind or size that is not taken, and when the request is not
    /// signed by its own key.
    package init(_ bytes: [UInt8], file: String) throws(PKIError) {
        let der = try Self.der(bytes, file)
        do {
            try RequestOutline.check(der)
            let request = try CertificateSigningRequest(derEncoded: der)
            var serializer = DER.Serializer()
            try serializer.serialize(request.publicKey)
            publicKey = serializer.serializedBytes
            algorithm = try KeyPolicy.taken(KeyAlgorithm(publicKey: publicKey), in: file)
            guard request.publicKey.isValidSignature(request.signature, for: request) else {
                throw PKIError(
                    .requestRefused,
                    "\(file) is not signed by its own key, so that nobody has shown to have it",
                    remedy: "make it anew where the key is: openssl req -new -key KEY -out FILE"
                )
            }
            let extensions = try request.attributes.extensionRequest?.extensions ?? Certificate.Extensions([])
            let wanted = try RequestedNames(extensions.subjectAlternativeNames.map(Array.init) ?? [])
            commonName = request.subject.commonName
            names = wanted.names.isEmpty ? Self.name(of: commonName) : wanted.names
            keyUsage = try extensions.keyUsage
            purposes = try extensions.extendedKeyUsage?.map(CertificateSummary.text).sorted()
            dropped = try wanted.dropped + Self.dropped(request, extensions)
        } catch let error as PKIError {
            throw error
        } catch {
            throw PKIError(.requestUnreadable, "\(file) cannot be read as a certificate request: \(error)")
        }
    }

    /// What of the request its certificate will not have, in words.
    ///
    /// - Parameter profile: what the certificate will be for.
    /// - Returns: one phrase each, in the order of the request.
    package func notices(for profile: CertificateProfile) -> [String] {
        var notices = dropped
        if let commonName, !names.contains(where: { $0.description == commonName.lowercased() }) {
            notices.append("the common name \(Self.shown(commonName)), which is none of the names")
        }
        if let keyUsage, keyUsage != LeafProfile.usage(algorithm) {
            notices.append("the key usage \(keyUsage), since the key decides")
        }
        if let purposes, purposes != LeafProfile.purposes(profile).sorted() {
            let asked = purposes.prefix(20).joined(separator: ", ")
            notices.append("the extended key usage \(asked), since the profile \(profile.rawValue) decides")
        }
        return notices
    }

    /// The common name of the certificate: the one asked for where it is one of the names, else the first DNS name.
    func commonName(among hosts: [AlternativeName]) -> String? {
        guard let commonName, hosts.contains(.dns(commonName.lowercased())), commonName.utf8.count <= 64 else {
            return LeafProfile.commonName(hosts)
        }
        return commonName.lowercased()
    }

    private static func der(_ bytes: [UInt8], _ file: String) throws(PKIError) -> [UInt8] {
        guard bytes.count <= mostBytes else {
            throw PKIError(.requestUnreadable, "\(file) is larger than \(mostBytes) bytes")
        }
        if bytes.first == 0x30 { return bytes }
        let blocks = PEMBlock.all(in: bytes).filter { $0.label.hasSuffix("CERTIFICATE REQUEST") }
        guard let block = blocks.first, blocks.count == 1 else {
            throw PKIError(
                .requestUnreadable,
                "\(file) holds \(blocks.isEmpty ? "no" : "more than one") certificate request"
            )
        }
        guard let der = block.bytes else {
            throw PKIError(.requestUnreadable, "the certificate request in \(file) is cut off or not base64")
        }
        return der
    }

    private static func name(of commonName: String?) -> [AlternativeName] {
        guard let commonName, let name = try? AlternativeName(commonName), case .dns = name else { return [] }
        return [name]
    }

    /// Attributes and extensions that are passed over, and what of the subject is.
    private static func dropped(
        _ request: CertificateSigningRequest,
        _ extensions: Certificate.Extensions
    ) throws -> [String] {
        var dropped: [String] = []
        if request.subject.contains(where: { $0.contains { $0.type != .RDNAttributeType.commonName } }) {
            dropped.append("the subject \(shown(request.subject.description)) but for its common name")
        }
        for attribute in request.attributes where attribute.oid != .CSRAttributes.extensionRequest {
            dropped.append("the attribute \(attribute.oid)")
        }
        let known: [ASN1ObjectIdentifier] = [
            .X509ExtensionID.subjectAlternativeName, .X509ExtensionID.keyUsage, .X509ExtensionID.extendedKeyUsage,
            .X509ExtensionID.basicConstraints,
        ]
        for unknown in extensions where !known.contains(unknown.oid) {
            dropped.append("the extension \(unknown.oid)")
        }
        if case .isCertificateAuthority? = try extensions.basicConstraints {
            dropped.append("the wish to be a certificate authority")
        }
        return dropped
    }

    /// A text of the request as a message may show it.
    private static func shown(_ text: String) -> String {
        let start = String(text.unicodeScalars.prefix(100))
        return (start == text ? text : start + "…").debugDescription
    }
}
