//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import PKI

/// How certificates of the inventory are shown.
enum CertificateView {
    static let columns: KeyValuePairs = [
        "name": "name", "hosts": "hosts", "profile": "profile", "keyType": "key", "notAfter": "expires",
        "status": "status", "serial": "serial",
    ]

    /// One row.
    static func record(_ certificate: StoredCertificate, now: Date) -> OutputValue {
        .record([
            ("name", .string(certificate.name)),
            ("hosts", .strings(certificate.hosts)),
            ("profile", .string(certificate.profile.rawValue)),
            ("keyType", .string("\(certificate.keyType)")),
            ("serial", .string(certificate.serial)),
            ("issuer", .string(certificate.issuerID)),
            ("notBefore", .string(Timestamp.text(certificate.notBefore))),
            ("notAfter", .string(Timestamp.text(certificate.notAfter))),
            ("status", .string(status(certificate, now: now))),
        ])
    }

    private static func status(_ certificate: StoredCertificate, now: Date) -> String {
        if certificate.revokedAt != nil { return "revoked" }
        if certificate.notAfter < now { return "expired" }
        return certificate.isDue(at: now) ? "due" : "valid"
    }
}
