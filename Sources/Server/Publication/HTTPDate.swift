//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials

/// Times in headers.
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// An instant from 1970 on, as IMF-fixdate: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
    static func text(_ date: Date) -> String {
        // Day 0, the first of 1970, was a Thursday.
        let day = days[Int(max(0, date.timeIntervalSince1970) / 86_400) % 7]
        let fields = date.formatted(.iso8601).split { "-T:Z".contains($0) }
        let month = months[(Int(fields[1]) ?? 1) - 1]
        return "\(day), \(fields[2]) \(month) \(fields[0]) \(fields[3]):\(fields[4]):\(fields[5]) GMT"
    }
}
