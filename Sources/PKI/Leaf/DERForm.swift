//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials

/// DER (ITU-T X.690) from the inside out: each function gives one whole element.
///
/// A leaf is encoded by hand, from parts that are mostly the same for all leaves of an authority: a tree of values for
/// each costs more than key and signature together.
enum DERForm {
    /// Universal tags.
    enum Tag {
        static let boolean: UInt8 = 0x01
        static let integer: UInt8 = 0x02
        static let bitString: UInt8 = 0x03
        static let octetString: UInt8 = 0x04
        static let objectIdentifier: UInt8 = 0x06
        static let enumerated: UInt8 = 0x0a
        static let utf8String: UInt8 = 0x0c
        static let utcTime: UInt8 = 0x17
        static let generalizedTime: UInt8 = 0x18
        static let sequence: UInt8 = 0x30
        static let set: UInt8 = 0x31

        /// `[number]`, around other elements or (`isPrimitive`) instead of the tag of a simple one.
        static func context(_ number: UInt8, isPrimitive: Bool = false) -> UInt8 {
            (isPrimitive ? 0x80 : 0xa0) | number
        }
    }

    /// An element with the contents `parts`, one after the other.
    static func element(_ tag: UInt8, _ parts: [UInt8]...) -> [UInt8] {
        let count = parts.reduce(0) { $0 + $1.count }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 6)
        bytes.append(tag)
        append(length: count, to: &bytes)
        for part in parts { bytes += part }
        return bytes
    }

    /// A positive INTEGER from its big-endian bytes.
    static func integer(_ magnitude: [UInt8]) -> [UInt8] {
        let bytes = magnitude.drop { $0 == 0 }
        return element(Tag.integer, (bytes.first ?? 0) < 0x80 && !bytes.isEmpty ? [] : [0], Array(bytes))
    }

    /// A BIT STRING of whole octets.
    static func bitString(_ bytes: [UInt8]) -> [UInt8] { element(Tag.bitString, [0], bytes) }

    /// A Time: two-digit years through 2049, four digits from 2050 (RFC 5280, section 4.1.2.5).
    static func time(_ instant: Date) -> [UInt8] {
        let seconds = Int(instant.timeIntervalSince1970.rounded(.down))
        let day = (seconds - (seconds % 86_400 + 86_400) % 86_400) / 86_400
        let rest = seconds - day * 86_400
        let (year, month, dayOfMonth) = civil(day)
        let isShort = (1950..<2050).contains(year)
        var digits = isShort ? [] : pair(year / 100)
        for number in [year % 100, month, dayOfMonth, rest / 3_600, rest / 60 % 60, rest % 60] {
            digits += pair(number)
        }
        return element(isShort ? Tag.utcTime : Tag.generalizedTime, digits, [UInt8(ascii: "Z")])
    }

    /// The contents of an element at an offset: where they stand in `bytes`; `nil` when none is there, whole.
    static func contents(of bytes: [UInt8], at offset: Int) -> Range<Int>? {
        guard offset + 1 < bytes.count else { return nil }
        var (start, count) = (offset + 2, Int(bytes[offset + 1]))
        if count >= 0x80 {
            let digits = count & 0x7f
            guard (1...4).contains(digits), start + digits <= bytes.count else { return nil }
            count = bytes[start..<start + digits].reduce(0) { $0 << 8 | Int($1) }
            start += digits
        }
        return start + count <= bytes.count ? start..<start + count : nil
    }

    private static func append(length: Int, to bytes: inout [UInt8]) {
        if length < 0x80 { return bytes.append(UInt8(length)) }
        let digits = (0..<8).reversed().map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }.drop { $0 == 0 }
        bytes.append(0x80 | UInt8(digits.count))
        bytes += digits
    }

    private static func pair(_ number: Int) -> [UInt8] { [UInt8(0x30 + number / 10), UInt8(0x30 + number % 10)] }

    /// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar: eras of 400 years of 146,097
    /// days, each beginning on the first of March, so that the leap day is the last of its year.
    private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}
