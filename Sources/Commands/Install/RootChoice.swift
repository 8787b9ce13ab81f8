//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import PKI
import Support

/// Takes from certificates of unknown origin those that are meant, by their fingerprints.
struct RootChoice {
    /// In the form of `Fingerprint.text`.
    let fingerprints: Set<String>
    let now: Date

    /// The certificates with the fingerprints; others are told and passed over.
    ///
    /// Throws ``CommandError`` when a fingerprint has no certificate, `PKIError` when one is no authority that may be
    /// trusted now.
    func choose(from certificates: [[UInt8]], in context: CommandContext) throws -> [[UInt8]] {
        let isMeant = { (certificate: [UInt8]) in fingerprints.contains(Fingerprint.text(certificate)) }
        let missing = fingerprints.subtracting(certificates.map(Fingerprint.text))
        if let first = missing.sorted().first {
            let found = certificates.map(Fingerprint.text).joined(separator: ", ")
            throw CommandError(
                .fingerprintUnknown,
                "no certificate has the fingerprint \(first); what was read has \(found)",
                remedy: "compare with what the lab's machine says: kindling ca show"
            )
        }
        for certificate in certificates where !isMeant(certificate) {
            let title = try CertificateSummary(der: certificate).title
            context.note("passed over \(CellText.visible(title)), fingerprint \(Fingerprint.text(certificate))")
        }
        let chosen = try TrustBundle(certificates.filter(isMeant)).certificates
        for certificate in chosen { try TrustAnchor.check(certificate, now: now) }
        return chosen
    }
}

extension ErrorCode {
    /// No certificate has the fingerprint that was given.
    static let fingerprintUnknown = ErrorCode("trust.fingerprint-unknown")
}
