//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// The value of a scalar by its type.
package enum ResolvedScalar: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)

    /// One text for equal values, whatever their notation.
    var canonicalText: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .float(let value): String(value)
        case .string(let text): text
        }
    }
}

extension Node {
    /// The value of a scalar: by its standard tag, or, when it is plain and has no tag, by the core schema of YAML 1.2
    /// (10.3.2); a string in all other cases. `nil` for a collection.
    ///
    /// An integer beyond 64 bits is given as a float.
    package var resolved: ResolvedScalar? {
        guard case .scalar(let scalar) = content else { return nil }
        guard let tag else { return scalar.style == .plain ? Self.resolve(plain: scalar.text) : .string(scalar.text) }
        return Self.resolve(scalar.text, tag: tag) ?? .string(scalar.text)
    }

    /// The value of a text under a tag; `nil` when the text has no such value. A tag that YAML does not define makes a
    /// string.
    static func resolve(_ text: String, tag: String) -> ResolvedScalar? {
        let plain = resolve(plain: text)
        switch (tag, plain) {
        case (Tag.null, .null), (Tag.bool, .bool), (Tag.int, .int), (Tag.float, .float): return plain
        case (Tag.float, .int(let value)): return .float(Double(value))
        case (Tag.null, _), (Tag.bool, _), (Tag.int, _), (Tag.float, _): return nil
        default: return .string(text)
        }
    }

    /// The value of a plain scalar by the core schema.
    static func resolve(plain text: String) -> ResolvedScalar {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .float(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .float(-.infinity)
        case ".nan", ".NaN", ".NAN": return .float(.nan)
        default: return number(text) ?? .string(text)
        }
    }

    private static func number(_ text: String) -> ResolvedScalar? {
        guard let first = text.utf8.first, first < 0x3a else { return nil }
        for (prefix, radix) in [("0o", 8), ("0x", 16)] where text.hasPrefix(prefix) {
            let digits = text.dropFirst(2)
            guard !digits.isEmpty, digits.utf8.allSatisfy({ isDigit($0, radix) }) else { return nil }
            return Int(digits, radix: radix).map { .int($0) }
                ?? .float(digits.utf8.reduce(0) { $0 * Double(radix) + value($1) })
        }
        guard isDecimal(text) else { return nil }
        if let value = Int(text) { return .int(value) }
        return Double(text.hasSuffix(".") ? text + "0" : text).map { .float($0) }
    }

    private static func isDigit(_ byte: UInt8, _ radix: Int) -> Bool {
        switch byte {
        case 0x30...0x37: true
        case 0x38...0x39, 0x41...0x46, 0x61...0x66: radix == 16
        default: false
        }
    }

    private static func value(_ digit: UInt8) -> Double {
        Double(digit < 0x3a ? digit - 0x30 : (digit | 0x20) - 0x61 + 10)
    }

    /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, which holds the integers too.
    private static func isDecimal(_ text: String) -> Bool {
        var rest = Substring(text).utf8
        func digits() -> Int {
            let count = rest.prefix { (0x30...0x39).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        var mantissa = digits()
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            mantissa += digits()
        }
        guard mantissa > 0 else { return false }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
