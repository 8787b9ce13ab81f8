//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Finds certificates, revocation lists and requests in the bytes of a file, whatever stands around them.
///
/// Read are PEM text, DER, and YAML or JSON of any number of documents: there every scalar that holds PEM text, or the
/// base64 of it, and what a Secret or a `binaryData` holds in DER. Private keys are passed over.
package enum CertificateFinder {
    /// What a file holds.
    package struct Findings: Sendable {
        /// In the order of the file.
        package var found: [FoundCertificate] = []
        /// What should be a certificate and is not; the rest of the file was read all the same.
        package var unreadable: [UnreadableCertificate] = []

        /// Nothing yet.
        package init() {}

        /// Whether there was nothing of the kind.
        package var isEmpty: Bool { found.isEmpty && unreadable.isEmpty }
    }

    /// Opens a PKCS#12 file and gives its certificates, DER. What it throws is told as the reason.
    package typealias KeystoreReader = ([UInt8]) throws -> [[UInt8]]

    /// The bytes that a file may have.
    package static let sizeLimit = 64 << 20

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: its content.
    ///   - file: its name in locations.
    ///   - keystore: opens PKCS#12; without it such a file is unreadable, and the reason says so.
    /// - Returns: what was found, and what could not be read; both empty for a file of another kind.
    /// - Throws: ``PKIError`` when the file is larger than ``sizeLimit``.
    package static func find(
        in bytes: [UInt8],
        file: String,
        keystore: KeystoreReader? = nil
    ) throws(PKIError) -> Findings {
        guard bytes.count <= sizeLimit else {
            throw PKIError(.certificateUnreadable, "\(file) is larger than \(sizeLimit >> 20) MiB")
        }
        var collector = FindingCollector(keystore: keystore)
        let place = FoundCertificate.Location(file: file)
        if BinaryForm.isBinary(bytes) {
            collector.addBinary(bytes, at: place)
        } else if PEMScanner.beginsUnindented(bytes) {
            collector.addPEM(bytes, at: place, firstLine: 1)
        } else {
            collector.addManifests(bytes, file: file)
        }
        return collector.findings
    }
}
