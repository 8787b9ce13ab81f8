//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import PKI

/// How authorities are shown.
enum AuthorityView {
    static let columns: KeyValuePairs = [
        "role": "role", "subject": "subject", "notAfter": "expires", "fingerprint": "SHA-256 fingerprint",
    ]

    /// The authorities of a lab, root first.
    static func list(_ authorities: AuthoritySet) -> [OutputValue] {
        ([authorities.root, authorities.issuing] + [authorities.cluster].compactMap { $0 }).map(record)
    }

    private static func record(_ authority: CertificateAuthority) -> OutputValue {
        .record([
            ("role", .string(authority.role.rawValue)),
            ("subject", .string(authority.commonName)),
            ("permitted", .strings(authority.permitted.domains + authority.permitted.ranges.map(\.description))),
            ("notBefore", .string(Timestamp.text(authority.validity.notBefore))),
            ("notAfter", .string(Timestamp.text(authority.validity.notAfter))),
            ("generation", .int(authority.generation)),
            ("fingerprint", .string(Fingerprint.text(authority.der))),
        ])
    }
}
