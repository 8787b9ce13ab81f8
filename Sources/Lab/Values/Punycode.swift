//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Text of any characters in letters, digits and hyphens of ASCII (RFC 3492).
enum Punycode {
    /// Section 5: the parameters.
    private static let base = 36
    private static let leastThreshold = 1
    private static let mostThreshold = 26
    private static let skew = 38
    private static let damp = 700
    private static let firstBias = 72
    private static let firstCode = 0x80

    /// The text in ASCII (section 6.3).
    static func encoded(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { Int($0.value) }
        var output = scalars.filter { $0 < firstCode }.map { UInt8($0) }
        let plain = output.count
        if plain > 0 { output.append(UInt8(ascii: "-")) }
        var (done, code, delta, bias) = (plain, firstCode, 0, firstBias)
        while done < scalars.count, let next = scalars.filter({ $0 >= code }).min() {
            delta += (next - code) * (done + 1)
            code = next
            for scalar in scalars {
                if scalar < code { delta += 1 }
                guard scalar == code else { continue }
                output += digits(of: delta, bias)
                bias = adapted(delta, points: done + 1, isFirst: done == plain)
                (done, delta) = (done + 1, 0)
            }
            (delta, code) = (delta + 1, code + 1)
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The text that ``encoded(_:)`` makes `ascii` of (section 6.2); `nil` when there is none.
    static func decoded(_ ascii: String) -> String? {
        let bytes = Array(ascii.utf8)
        let hyphen = bytes.lastIndex(of: UInt8(ascii: "-"))
        var scalars = bytes[..<(hyphen ?? 0)].map { Unicode.Scalar($0) }
        guard scalars.allSatisfy(\.isASCII) else { return nil }
        var rest = bytes[(hyphen.map { $0 + 1 } ?? 0)...]
        var (code, place, bias) = (firstCode, 0, firstBias)
        while !rest.isEmpty {
            guard let delta = number(&rest, bias) else { return nil }
            let points = scalars.count + 1
            bias = adapted(delta, points: points, isFirst: place == 0 && code == firstCode)
            place += delta
            code += place / points
            place %= points
            guard code <= 0x10ffff, let scalar = Unicode.Scalar(UInt32(code)) else { return nil }
            scalars.insert(scalar, at: place)
            place += 1
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    /// A number as digits of variable length (section 3.3).
    private static func digits(of delta: Int, _ bias: Int) -> [UInt8] {
        var (digits, rest, weight) = ([UInt8](), delta, base)
        while true {
            let threshold = threshold(weight, bias)
            if rest < threshold { return digits + [letter(rest)] }
            digits.append(letter(threshold + (rest - threshold) % (base - threshold)))
            rest = (rest - threshold) / (base - threshold)
            weight += base
        }
    }

    /// The number that a text begins with; `nil` when there is none, or too large a one.
    private static func number(_ rest: inout ArraySlice<UInt8>, _ bias: Int) -> Int? {
        var (number, factor, weight) = (0, 1, base)
        while let digit = rest.popFirst().flatMap(value) {
            number += digit * factor
            let threshold = threshold(weight, bias)
            if digit < threshold { return number }
            factor *= base - threshold
            weight += base
            guard factor < 1 << 32, number < 1 << 40 else { return nil }
        }
        return nil
    }

    private static func threshold(_ weight: Int, _ bias: Int) -> Int {
        min(max(weight - bias, leastThreshold), mostThreshold)
    }

    /// Section 6.1.
    private static func adapted(_ delta: Int, points: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / damp : delta / 2
        delta += delta / points
        var weight = 0
        while delta > (base - leastThreshold) * mostThreshold / 2 {
            delta /= base - leastThreshold
            weight += base
        }
        return weight + (base - leastThreshold + 1) * delta / (delta + skew)
    }

    private static func letter(_ digit: Int) -> UInt8 {
        digit < 26 ? UInt8(ascii: "a") + UInt8(digit) : UInt8(ascii: "0") + UInt8(digit - 26)
    }

    private static func value(_ letter: UInt8) -> Int? {
        switch letter {
        case 0x61...0x7A: Int(letter) - 0x61
        case 0x41...0x5A: Int(letter) - 0x41
        case 0x30...0x39: Int(letter) - 0x30 + 26
        default: nil
        }
    }
}
