//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import PKI

/// How an expiry report is shown.
enum ExpiryView {
    static let columns: KeyValuePairs = [
        "what": "what", "name": "name", "status": "status", "notAfter": "ends", "daysLeft": "days",
        "location": "where",
    ]

    /// One row.
    static func record(_ entry: ExpiryEntry) -> OutputValue {
        .record([
            ("what", .string(entry.kind.rawValue)),
            ("name", .string(entry.name)),
            ("location", .string(entry.location)),
            ("serial", .optional(entry.serial)),
            ("notAfter", .optional(entry.end.map(Timestamp.text))),
            ("daysLeft", entry.daysLeft.map { .int($0) } ?? .null),
            ("status", .string(entry.status.rawValue)),
        ])
    }
}
