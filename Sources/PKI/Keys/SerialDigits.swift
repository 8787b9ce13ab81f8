//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Serial numbers as people write them.
package enum SerialDigits {
    /// The bytes of a number in hexadecimal, big-endian; empty for anything else.
    static func bytes(_ text: String) -> [UInt8] {
        let digits = Array((text.utf8.count.isMultiple(of: 2) ? text : "0" + text).utf8)
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
                return []
            }
            bytes.append(byte)
        }
        return bytes
    }

    /// The form in which serials are kept (lower case, two digits per octet, no zero octets in front), from the forms
    /// that tools print: with colons, in capitals, with `0x` in front. `nil` for what is no such number.
    package static func normalised(_ text: String) -> String? {
        var digits = text.lowercased().replacing(":", with: "")
        if digits.hasPrefix("0x") { digits.removeFirst(2) }
        guard (1...40).contains(digits.utf8.count), digits.utf8.allSatisfy(isHexDigit) else { return nil }
        if !digits.utf8.count.isMultiple(of: 2) { digits = "0" + digits }
        while digits.hasPrefix("00"), digits.utf8.count > 2 { digits.removeFirst(2) }
        return digits
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}
