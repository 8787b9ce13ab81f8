//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Secrets
import Support

/// How named secrets are shown.
enum SecretView {
    static let columns: KeyValuePairs = ["name": "name", "origin": "origin", "secret": "secret", "created": "made"]

    /// One row.
    static func record(_ secret: NamedSecret, isRevealed: Bool = false) -> OutputValue {
        .record([
            ("name", .string(secret.name)),
            ("origin", .string(secret.origin.rawValue)),
            ("secret", .string(isRevealed ? secret.value.expose() : "••• " + (secret.fingerprint ?? "(set by hand)"))),
            ("created", .string(Timestamp.text(secret.created))),
        ])
    }
}
