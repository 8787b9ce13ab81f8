//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// What a text may look like without quotes.
enum PlainText {
    /// Whether a parser takes these words, written plain, as this text (of whatever type): YAML 1.2, 7.3.3, and
    /// stricter than that where parsers differ.
    static func isWritable(_ text: String, inFlow: Bool) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, isPrintable(text, allowingBreaks: false) else {
            return false
        }
        guard first != UInt8(ascii: " "), last != UInt8(ascii: " "), last != UInt8(ascii: ":") else { return false }
        if indicators.contains(first) || text.hasPrefix("---") || text.hasPrefix("...") { return false }
        if first == UInt8(ascii: "-"), bytes.count == 1 || bytes[1] == UInt8(ascii: " ") { return false }
        for index in bytes.indices.dropFirst() {
            switch (bytes[index - 1], bytes[index]) {
            case (UInt8(ascii: ":"), UInt8(ascii: " ")), (UInt8(ascii: " "), UInt8(ascii: "#")): return false
            default: if inFlow, flowIndicators.contains(bytes[index]) { return false }
            }
        }
        return true
    }

    /// Whether every character can stand in a scalar as itself. Not so: control characters, tabs (unless breaks are
    /// allowed, and with them tabs), what some parsers take for a line break (NEL, LS, PS), byte order marks.
    static func isPrintable(_ text: String, allowingBreaks: Bool) -> Bool {
        // Most texts are ASCII, and a look at bytes is ten times as fast.
        let isASCII = text.utf8.allSatisfy {
            (0x20...0x7e).contains($0) || allowingBreaks && ($0 == 0x0a || $0 == 0x09)
        }
        if isASCII { return true }
        return text.unicodeScalars.allSatisfy {
            isPrintable($0) || allowingBreaks && ($0 == "\n" || $0 == "\t")
        }
    }

    /// Whether a character can stand in a scalar as itself.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7e: true
        case 0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff: false
        case 0xa0...0x10_ffff: true
        default: false
        }
    }

    /// Whether a parser of YAML 1.1 or 1.2 may take these words, written plain, for something other than a string.
    static func isAmbiguous(_ text: String) -> Bool {
        // None of the words is longer, and no number or date begins with a letter.
        if text.utf8.count > 5, let first = text.utf8.first, (0x61...0x7a).contains(first | 0x20) { return false }
        return words.contains(text.lowercased()) || isNumeric(text) || isDate(text)
    }

    private static let indicators = Set("?:,[]{}#&*!|>'\"%@`".utf8)
    private static let flowIndicators = Set(",[]{}?".utf8)

    /// Null, truth values, merge and value keys, not-a-number: YAML 1.1 types and the core schema, in any case.
    private static let words: Set<String> = [
        "", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "<<", "=", ".inf", "+.inf", "-.inf",
        ".nan",
    ]

    /// Integers and floats of both versions, with `_` and `,` between digits, octal, hexadecimal, binary and base 60.
    private static func isNumeric(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        guard let first = rest.first, isDigit(first) || first == UInt8(ascii: "."), rest.contains(where: isDigit) else {
            return false
        }
        if first == UInt8(ascii: "0"), rest.count > 2, "xXoObB".utf8.contains(rest[rest.startIndex + 1]) {
            return rest.dropFirst(2).allSatisfy {
                isDigit($0) || (0x61...0x66).contains($0 | 0x20) || $0 == UInt8(ascii: "_")
            }
        }
        let parts = rest.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        if parts.count > 1 {
            return parts.allSatisfy { part in
                !part.isEmpty && part.allSatisfy { isDigitOrGroup($0) || $0 == UInt8(ascii: ".") }
            }
                && parts.dropLast().allSatisfy { !$0.contains(UInt8(ascii: ".")) }
        }
        var points = 0
        while let byte = rest.first, isDigitOrGroup(byte) || byte == UInt8(ascii: ".") {
            points += byte == UInt8(ascii: ".") ? 1 : 0
            rest = rest.dropFirst()
        }
        guard points <= 1 else { return false }
        guard let exponent = rest.first else { return true }
        guard exponent | 0x20 == UInt8(ascii: "e") else { return false }
        rest = rest.dropFirst()
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        return rest.allSatisfy(isDigitOrGroup)
    }

    /// `2026-01-01`, alone or with a time (YAML 1.1, timestamp).
    private static func isDate(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, (1...2).contains(parts[1].count) else { return false }
        guard parts[0].allSatisfy(isDigit), parts[1].allSatisfy(isDigit) else { return false }
        let day = parts[2].prefix(while: isDigit)
        guard (1...2).contains(day.count) else { return false }
        return parts[2].dropFirst(day.count).first.map { "Tt \t".utf8.contains($0) } ?? true
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isDigitOrGroup(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ",")
    }
}
