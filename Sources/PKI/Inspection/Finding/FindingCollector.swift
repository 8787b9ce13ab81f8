//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// Gathers what is found in one file.
struct FindingCollector {
    private(set) var findings = CertificateFinder.Findings()
    private let keystore: CertificateFinder.KeystoreReader?

    init(keystore: CertificateFinder.KeystoreReader?) {
        self.keystore = keystore
    }

    /// How much was found or refused so far.
    var count: Int { findings.found.count + findings.unreadable.count }

    /// Notes that something cannot be read.
    mutating func refuse(_ place: FoundCertificate.Location, _ reason: String) {
        findings.unreadable.append(UnreadableCertificate(location: place, reason: reason))
    }

    /// Adds the PEM blocks of a text. `firstLine` is the line of its beginning in the file; `nil` where lines of the
    /// text are none of the file, which then are all told by the line of `place`.
    mutating func addPEM(_ text: some Collection<UInt8>, at place: FoundCertificate.Location, firstLine: Int?) {
        var place = place
        place.number = 0
        for block in PEMScanner.blocks(in: text) {
            guard let kind = Self.kind(label: block.label) else { continue }
            place.number += 1
            if let firstLine { place.line = firstLine + block.line - 1 }
            guard let body = block.body else {
                refuse(place, "the \(kind.words) has no end")
                continue
            }
            guard body.count <= BinaryForm.sizeLimit / 3 * 4 else {
                refuse(place, "the \(kind.words) is larger than \(BinaryForm.sizeLimit >> 20) MiB")
                continue
            }
            guard let der = Encoding.bytes(base64: String(decoding: body, as: UTF8.self)), !der.isEmpty else {
                refuse(place, "the \(kind.words) is not base64")
                continue
            }
            add(der, kind, at: place)
        }
    }

    /// Adds what a binary value is, if it is of the kind; anything else is passed over.
    mutating func addBinary(_ bytes: [UInt8], at place: FoundCertificate.Location) {
        guard BinaryForm.isBinary(bytes) else { return }
        guard bytes.count <= BinaryForm.sizeLimit else {
            return refuse(place, "the DER form is larger than \(BinaryForm.sizeLimit >> 20) MiB")
        }
        do {
            switch try BinaryForm(bytes) {
            case .certificate: add(bytes, .certificate, at: place)
            case .revocationList: add(bytes, .revocationList, at: place)
            case .request: add(bytes, .request, at: place)
            case .keystore: addKeystore(bytes, at: place)
            case .other: break
            }
        } catch {
            refuse(place, "it begins as DER and is damaged: \(error)")
        }
    }

    private mutating func addKeystore(_ bytes: [UInt8], at place: FoundCertificate.Location) {
        guard let keystore else {
            let reason = "it is PKCS#12, which its password has to open"
            findings.unreadable.append(UnreadableCertificate(location: place, reason: reason, isLocked: true))
            return
        }
        do {
            var place = place
            place.number = 0
            for der in try keystore(bytes) {
                place.number += 1
                add(der, .certificate, at: place)
            }
        } catch {
            refuse(place, "the PKCS#12 cannot be opened: \(error)")
        }
    }

    private mutating func add(_ der: [UInt8], _ kind: FoundCertificate.Kind, at place: FoundCertificate.Location) {
        do {
            switch kind {
            case .certificate: _ = try CertificateFields(der: der)
            case .revocationList: _ = try RevocationListFields(der: der)
            case .request: _ = try RequestSummary(der: der)
            }
            findings.found.append(FoundCertificate(der: der, kind: kind, location: place))
        } catch {
            refuse(place, "the \(kind.words) cannot be read: \(error)")
        }
    }

    private static func kind(label: String) -> FoundCertificate.Kind? {
        switch label {
        case "CERTIFICATE", "X509 CERTIFICATE": .certificate
        case "X509 CRL": .revocationList
        case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST": .request
        default: nil
        }
    }
}

extension FoundCertificate.Kind {
    /// The kind in messages.
    package var words: String {
        switch self {
        case .certificate: "certificate"
        case .revocationList: "revocation list"
        case .request: "certificate request"
        }
    }
}
