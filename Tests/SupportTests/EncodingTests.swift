//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import Testing

@Suite struct EncodingTests {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", "", ""), ("f", "Zg==", "66"), ("fo", "Zm8=", "666f"), ("foo", "Zm9v", "666f6f"),
        ("foob", "Zm9vYg==", "666f6f62"),
        ("fooba", "Zm9vYmE=", "666f6f6261"), ("foobar", "Zm9vYmFy", "666f6f626172"),
    ])
    func `the vectors of the standard come out`(text: String, base64: String, hex: String) {
        #expect(Encoding.base64(text.utf8) == base64)
        #expect(Encoding.hex(text.utf8) == hex)
        #expect(Encoding.bytes(base64: base64) == Array(text.utf8))
        #expect(Encoding.bytes(hex: hex) == Array(text.utf8))
        #expect(Encoding.bytes(hex: hex.uppercased()) == Array(text.utf8))
        #expect(Encoding.bytes(base64URL: String(base64.prefix { $0 != "=" })) == Array(text.utf8))
    }

    @Test func `bytes of every length and value come back`() {
        let random = SeededRandomSource(seed: 1)
        for count in 0..<200 {
            let bytes = random.bytes(count)
            #expect(Encoding.bytes(hex: Encoding.hex(bytes)) == bytes)
            #expect(Encoding.bytes(base64: Encoding.base64(bytes)) == bytes)
            #expect(Encoding.bytes(base64URL: Encoding.base64URL(bytes)) == bytes)
        }
        let all = Array(UInt8.min...UInt8.max)
        #expect(Encoding.bytes(hex: Encoding.hex(all)) == all)
        #expect(Encoding.bytes(base64URL: Encoding.base64URL(all)) == all)
    }

    @Test func `the alphabet for URLs holds nothing that a URL changes`() {
        #expect(Encoding.base64URL([0xfb, 0xff, 0xfe]) == "-__-")
        #expect(Encoding.base64([0xfb, 0xff, 0xfe]) == "+//+")
        #expect(Encoding.base64URL([0xff]) == "_w")
    }

    @Test(arguments: ["0", "0g", "0x00", " 00", "00 ", "é", "０0", "00\n"])
    func `text that is not hexadecimal is refused`(text: String) {
        #expect(Encoding.bytes(hex: text) == nil)
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zg==\n", "Zm 9v", "Zm-v", "Zm_v", "=", "Zg==Zg==", "Zé=="])
    func `text that is not base64 is refused`(text: String) {
        #expect(Encoding.bytes(base64: text) == nil)
    }

    @Test(arguments: ["Zg==", "Zg=", "Z", "Zh", "Zm8+", "Zm8/", "Zm9v\n", " Zm9v", "Zm9v=", "é"])
    func `text that is not base64 for URLs is refused`(text: String) {
        #expect(Encoding.bytes(base64URL: text) == nil)
    }

    @Test func `a PEM block has lines of 64 characters and a line feed at its end`() {
        let text = Encoding.pem("CERTIFICATE", [UInt8](repeating: 0xab, count: 100))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.first == "-----BEGIN CERTIFICATE-----")
        #expect(lines.dropLast().last == "-----END CERTIFICATE-----")
        #expect(lines.last == "")
        #expect(lines[1...].dropLast(2).map(\.count) == [64, 64, 8])
        #expect(Encoding.bytes(base64: lines[1...].dropLast(2).joined()) == [UInt8](repeating: 0xab, count: 100))
        #expect(Encoding.pem("X", [UInt8](repeating: 0, count: 48)).split(separator: "\n").count == 3)
        #expect(Encoding.pem("X", [UInt8]()) == "-----BEGIN X-----\n-----END X-----\n")
    }
}
