//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials

/// Gathers the certificates of a bundle: leaves out what has expired or cannot be read, and says so.
package struct TrustSelection: Sendable {
    private let now: Date
    private var certificates: [[UInt8]] = []
    /// A line for each certificate that was left out.
    package private(set) var notices: [String] = []

    /// An empty selection; what has expired is judged by `now`.
    package init(now: Date) {
        self.now = now
    }

    /// Adds certificates in DER. Throws ``PKIError`` for one that cannot be read.
    package mutating func add(_ certificates: [[UInt8]]) throws(PKIError) {
        for certificate in certificates {
            let summary = try CertificateSummary(der: certificate)
            if summary.notAfter < now {
                notices.append("left out \(summary.title): it expired on \(summary.notAfter.day)")
            } else {
                self.certificates.append(certificate)
            }
        }
    }

    /// Adds the certificates of a PEM text that others made; those that cannot be read are left out.
    ///
    /// - Parameters:
    ///   - text: the content of the file.
    ///   - file: its name in notices.
    package mutating func add(pem text: String, file: String) {
        for block in PEM.blocks(in: text) {
            do throws(PKIError) {
                try add(PEM.split(block.text, file: file))
            } catch {
                notices.append(
                    "left out the certificate that begins in line \(block.line) of \(file): it cannot be read"
                )
            }
        }
    }

    /// What was gathered, each certificate once. Throws ``PKIError`` when that is nothing.
    package func bundle() throws(PKIError) -> TrustBundle {
        guard !certificates.isEmpty else {
            throw PKIError(
                .authorityExpired,
                "no root is left: all have expired",
                remedy: "look at the ends of life, and at the clock: kindling ca show"
            )
        }
        return try TrustBundle(certificates)
    }
}
