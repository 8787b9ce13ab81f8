//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import PKI

/// How certificates of files, and what is wrong with them, are shown.
enum InspectionView {
    static let findingColumns: KeyValuePairs = [
        "severity": "severity", "rule": "rule", "location": "where", "message": "finding",
    ]

    /// What a certificate, a revocation list or a request says.
    static func record(_ found: FoundCertificate) throws(PKIError) -> OutputValue {
        let head: [(String, OutputValue)] = [
            ("location", .string(found.location.description)), ("kind", .string(found.kind.words)),
        ]
        return switch found.kind {
        case .certificate: .record(head + fields(try CertificateSummary(der: found.der)))
        case .revocationList: .record(head + fields(try RevocationListSummary(der: found.der)))
        case .request: .record(head + fields(try RequestSummary(der: found.der)))
        }
    }

    /// A finding of a rule.
    static func record(_ finding: LintFinding) -> OutputValue {
        .record([
            ("rule", .string(finding.rule)),
            ("severity", .string(finding.severity.rawValue)),
            ("location", .string(finding.location.description)),
            ("message", .string(finding.message)),
        ])
    }

    /// What cannot be read, in a line.
    static func line(_ unreadable: UnreadableCertificate) -> String {
        CellText.visible("\(unreadable.location): \(unreadable.reason)")
    }

    private static func fields(_ summary: CertificateSummary) -> [(String, OutputValue)] {
        [
            ("subject", .string(summary.subject)),
            ("issuer", .string(summary.issuer)),
            ("serial", .string(summary.serial)),
            ("hosts", .strings(summary.hosts)),
            ("notBefore", .string(Timestamp.text(summary.notBefore))),
            ("notAfter", .string(Timestamp.text(summary.notAfter))),
            ("keyType", .string(summary.keyType)),
            ("usages", .strings(summary.usages)),
            ("authority", .bool(summary.isAuthority)),
            ("permitted", .optional(summary.permitted)),
            ("fingerprint", .string(summary.fingerprint)),
        ]
    }

    private static func fields(_ summary: RevocationListSummary) -> [(String, OutputValue)] {
        [
            ("issuer", .string(summary.issuer)),
            ("number", .optional(summary.number)),
            ("thisUpdate", .string(Timestamp.text(summary.thisUpdate))),
            ("nextUpdate", .optional(summary.nextUpdate.map(Timestamp.text))),
            ("revoked", .int(summary.count)),
        ]
    }

    private static func fields(_ summary: RequestSummary) -> [(String, OutputValue)] {
        [
            ("subject", .string(summary.subject)),
            ("hosts", .strings(summary.hosts)),
            ("keyType", .string(summary.keyType)),
        ]
    }
}
