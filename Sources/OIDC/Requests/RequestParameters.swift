//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// The parameters of a request, form-encoded in its query or body (RFC 6749, appendix B).
///
/// A parameter without a value counts as omitted (RFC 6749, section 3.1).
package struct RequestParameters: Sendable, Hashable {
    /// Names and values in the order sent; parameters without a value are left out.
    package private(set) var pairs: [Pair]
    /// Names that came more than once.
    package private(set) var duplicates: Set<String>

    package struct Pair: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// More parameters than anybody needs.
    private static let limit = 100

    /// Parameters that are known already.
    package init(_ pairs: [Pair]) {
        self.pairs = pairs.filter { !$0.value.isEmpty }
        duplicates = Self.repeated(pairs)
    }

    /// Decodes `application/x-www-form-urlencoded`; `nil` for broken percent signs, what is not UTF-8, and too many.
    package init?(formEncoded text: some StringProtocol) {
        var pairs: [Pair] = []
        for part in text.utf8.split(separator: UInt8(ascii: "&")) {
            let encodedName = part.prefix { $0 != UInt8(ascii: "=") }
            guard pairs.count < Self.limit, let name = FormEncoding.decode(bytes: encodedName),
                let value = FormEncoding.decode(bytes: part.dropFirst(encodedName.count + 1))
            else { return nil }
            pairs.append(Pair(name, value))
        }
        self.init(pairs)
    }

    /// The value of a parameter, the first one if it came twice; `nil` when it was omitted.
    package subscript(_ name: String) -> String? {
        pairs.first { $0.name == name }?.value
    }

    /// The parameters of these names alone, form-encoded, in the order of `names`.
    package func formEncoded(only names: [String]) -> String {
        FormEncoding.encode(names.compactMap { name in self[name].map { Pair(name, $0) } })
    }

    private static func repeated(_ pairs: [Pair]) -> Set<String> {
        var seen: Set<String> = []
        return Set(pairs.map(\.name).filter { !seen.insert($0).inserted })
    }
}

/// `application/x-www-form-urlencoded`, in both directions.
package enum FormEncoding {
    /// Encodes names and values; everything but unreserved characters becomes percent signs.
    package static func encode(_ pairs: [RequestParameters.Pair]) -> String {
        pairs.map { "\(encode($0.name))=\(encode($0.value))" }.joined(separator: "&")
    }

    /// Percent-encodes all but the unreserved characters of RFC 3986.
    package static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Decodes percent signs and `+`; `nil` when a percent sign is broken or the result is not UTF-8.
    package static func decode(_ text: some StringProtocol) -> String? {
        decode(bytes: Array(text.utf8))
    }

    /// Letters, digits, `-`, `.`, `_`, `~` (RFC 3986, section 2.3).
    package static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: true
        default: false
        }
    }

    fileprivate static func decode(bytes encoded: some Collection<UInt8>) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(encoded)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard rest.count >= 2, let digits = String(validating: rest.prefix(2), as: UTF8.self),
                    let decoded = Encoding.bytes(hex: digits)
                else { return nil }
                bytes += decoded
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
