//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import SwiftASN1
import X509

/// What a certificate request says (RFC 2986).
package struct RequestSummary: Sendable, Hashable {
    /// Subject, as RFC 4514 writes it.
    package let subject: String
    /// The names that it asks for, as ``CertificateSummary/hosts``.
    package let hosts: [String]
    /// As ``CertificateSummary/keyType``.
    package let keyType: String

    /// Reads a request in DER. Throws ``PKIError`` when it is none.
    package init(der: [UInt8]) throws(PKIError) {
        do {
            guard der.count <= CertificateFields.sizeLimit else { throw MalformedField("it is larger than 1 MiB") }
            let request = try CertificateSigningRequest(derEncoded: der)
            subject = request.subject.description
            hosts = try request.attributes.extensionRequest?.extensions.subjectAlternativeNames?.map(\.text) ?? []
            var serializer = DER.Serializer()
            try serializer.serialize(request.publicKey)
            keyType = CertificateSummary.keyType(serializer.serializedBytes)
        } catch {
            throw PKIError(.certificateUnreadable, "cannot read the certificate request: \(error)")
        }
    }
}
