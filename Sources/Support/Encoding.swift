//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials

/// Text forms of bytes.
package enum Encoding {
    /// Lower-case hexadecimal.
    package static func hex(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in bytes {
            text.append(hexDigits[Int(byte >> 4)])
            text.append(hexDigits[Int(byte & 15)])
        }
        return text
    }

    /// Bytes of a hexadecimal text of even length, in either case; `nil` for anything else.
    package static func bytes(hex text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = nibble(digits[index]), let low = nibble(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// Base64 with padding, in one line (RFC 4648, section 4).
    package static func base64(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString()
    }

    /// Bytes of a strict base64 text; `nil` for anything else.
    package static func bytes(base64 text: String) -> [UInt8]? {
        // Foundation lets padding stand where none belongs: only what would be written so is taken.
        guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else { return nil }
        return Array(data)
    }

    /// Base64 for URLs, without padding (RFC 4648, section 5).
    package static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for character in base64(bytes) {
            switch character {
            case "+": text.append("-")
            case "/": text.append("_")
            case "=": break
            default: text.append(character)
            }
        }
        return text
    }

    /// Bytes of an unpadded base64url text; `nil` for anything else.
    package static func bytes(base64URL text: String) -> [UInt8]? {
        var standard = ""
        for character in text {
            switch character {
            case "-": standard.append("+")
            case "_": standard.append("/")
            case "+", "/", "=": return nil
            default: standard.append(character)
            }
        }
        while !standard.utf8.count.isMultiple(of: 4) { standard.append("=") }
        guard let decoded = bytes(base64: standard), base64URL(decoded) == text else { return nil }
        return decoded
    }

    /// One PEM block (RFC 7468): lines of 64 characters, a line feed at the end.
    package static func pem(_ label: String, _ bytes: some Sequence<UInt8>) -> String {
        let body = Array(base64(bytes).utf8)
        var text = "-----BEGIN \(label)-----\n"
        for start in stride(from: 0, to: body.count, by: 64) {
            text += String(decoding: body[start..<min(start + 64, body.count)], as: UTF8.self) + "\n"
        }
        return text + "-----END \(label)-----\n"
    }

    private static let hexDigits = Array("0123456789abcdef")

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}
