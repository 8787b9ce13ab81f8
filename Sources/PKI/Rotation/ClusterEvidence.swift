//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import SwiftASN1
import X509

/// What the Secrets of a cluster tell about a rotation of the root.
package struct ClusterEvidence: Sendable {
    /// A certificate that an old intermediate has issued and that has not expired, or such an intermediate itself.
    package struct Remaining: Sendable {
        package var location: FoundCertificate.Location
        package var subject: String
        package var notAfter: Date
    }

    package private(set) var remaining: [Remaining] = []
    /// Whether the intermediate that signs for the cluster now is there.
    package private(set) var hasNewIntermediate = false
    /// What could not be read, and so tells nothing.
    package let unreadable: [UnreadableCertificate]

    /// Holds what was found against what the authority was and is.
    ///
    /// Roots and cross certificates do not count: they hang on nothing.
    ///
    /// - Parameters:
    ///   - findings: of `kubectl get secrets -A -o yaml`.
    ///   - archive: with a rotation under way.
    ///   - now: the present.
    /// - Throws: ``PKIError`` when an authority cannot be read.
    package init(
        _ findings: CertificateFinder.Findings,
        archive: AuthorityArchive,
        now: Date
    ) throws(PKIError) {
        unreadable = findings.unreadable
        let generation = archive.rotation?.generation ?? archive.authorities.map(\.generation).max() ?? 1
        let intermediates = archive.authorities.filter { $0.role != .root }
        let old = try intermediates.filter { $0.generation < generation }.map { stored throws(PKIError) in
            try CertificateAuthority(stored)
        }
        let signing = intermediates.filter {
            $0.generation == generation && $0.role == .cluster && $0.retiredAt == nil
        }
        let new = Set(signing.map(\.certificate))
        for item in findings.found where item.kind == .certificate {
            if new.contains(item.der) { hasNewIntermediate = true }
            guard let certificate = try? Certificate(derEncoded: item.der), certificate.notValidAfter >= now,
                old.contains(where: { $0.der == item.der || $0.hasIssued(certificate) })
            else { continue }
            remaining.append(
                Remaining(
                    location: item.location,
                    subject: certificate.subject.commonName ?? certificate.serialNumber.hex,
                    notAfter: certificate.notValidAfter
                )
            )
        }
    }
}

extension CertificateAuthority {
    /// Whether a certificate names this authority and bears its signature.
    fileprivate func hasIssued(_ other: Certificate) -> Bool {
        other.issuer == certificate.subject && certificate.publicKey.isValidSignature(other.signature, for: other)
    }
}
