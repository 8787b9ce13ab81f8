//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import SwiftASN1

/// A time, and whether it is written as it must be.
struct TimeField: Sendable, Hashable {
    let date: Date
    /// Whether it is a GeneralizedTime.
    let isGeneralized: Bool
    /// Whether it names fractions of a second, which RFC 5280 forbids.
    let hasFraction: Bool

    /// Reads a Time (RFC 5280, section 4.1.2.5). Throws what the parser throws for another form.
    init(_ node: ASN1Node) throws {
        isGeneralized = node.identifier == .generalizedTime
        let text: String
        if isGeneralized {
            let time = try GeneralizedTime(derEncoded: node)
            hasFraction = time.fractionalSeconds != 0
            text = Self.text(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
        } else {
            let time = try UTCTime(derEncoded: node)
            hasFraction = false
            text = Self.text(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
        }
        date = try Date(text, strategy: .iso8601)
    }

    /// Tags of the two forms, UTCTime and GeneralizedTime.
    static let identifiers: Set<UInt8> = [0x17, 0x18]

    private static func text(_ year: Int, _ month: Int, _ day: Int, _ hours: Int, _ minutes: Int, _ seconds: Int)
        -> String
    {
        func pad(_ number: Int, _ width: Int = 2) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(pad(year, 4))-\(pad(month))-\(pad(day))T\(pad(hours)):\(pad(minutes)):\(pad(seconds))Z"
    }
}
