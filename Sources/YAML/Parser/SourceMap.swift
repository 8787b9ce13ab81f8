//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// A source and the way from libyaml's marks, which count characters, to bytes, lines and columns.
///
/// Marks come in nearly rising order, so a cursor that walks from one to the next makes all of them linear in the
/// length of the source.
struct SourceMap {
    let bytes: UnsafeBufferPointer<UInt8>
    let file: String
    /// Bytes of the byte order mark, which libyaml does not get to see.
    let base: Int

    private var isASCII = true
    /// The character with which each line begins; lines end with LF, CR LF or CR.
    private var lineStarts = [0]
    private var cursor = (character: 0, offset: 0, line: 0)

    /// Reads the source once. Throws when it is not UTF-8 or holds a character that YAML forbids.
    init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws(YAMLError) {
        self.bytes = bytes
        self.file = file
        base = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        cursor.offset = base
        try scan()
    }

    /// The bytes that libyaml reads.
    var text: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[base...]) }

    /// The position of the character with this number, counted from 0 without the byte order mark.
    mutating func mark(_ character: Int) -> SourceMark {
        if isASCII {
            cursor.character = min(max(character, 0), bytes.count - base)
            cursor.offset = base + cursor.character
        } else {
            while cursor.character < character, cursor.offset < bytes.count {
                cursor.offset += 1
                while cursor.offset < bytes.count, bytes[cursor.offset] & 0xc0 == 0x80 { cursor.offset += 1 }
                cursor.character += 1
            }
            while cursor.character > character, cursor.offset > base {
                cursor.offset -= 1
                while cursor.offset > base, bytes[cursor.offset] & 0xc0 == 0x80 { cursor.offset -= 1 }
                cursor.character -= 1
            }
        }
        return here()
    }

    /// The position of a byte that lies near the last one asked for.
    mutating func mark(offset: Int) -> SourceMark {
        while cursor.offset < offset {
            if bytes[cursor.offset] & 0xc0 != 0x80 { cursor.character += 1 }
            cursor.offset += 1
        }
        while cursor.offset > offset {
            cursor.offset -= 1
            if bytes[cursor.offset] & 0xc0 != 0x80 { cursor.character -= 1 }
        }
        return here()
    }

    private mutating func here() -> SourceMark {
        let next = cursor.line + 1
        if next < lineStarts.count, lineStarts[next] <= cursor.character {
            while cursor.line + 1 < lineStarts.count, lineStarts[cursor.line + 1] <= cursor.character {
                cursor.line += 1
            }
        }
        while lineStarts[cursor.line] > cursor.character { cursor.line -= 1 }
        return SourceMark(
            line: cursor.line + 1,
            column: cursor.character - lineStarts[cursor.line] + 1,
            offset: cursor.offset
        )
    }

    private mutating func scan() throws(YAMLError) {
        var index = base
        var character = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x7f, byte >= 0x20 || byte == 0x09 || byte == 0x0d || byte == 0x0a {
                index += 1
                character += 1
                if byte == 0x0a || byte == 0x0d && (index == bytes.count || bytes[index] != 0x0a) {
                    lineStarts.append(character)
                }
                continue
            }
            guard let (scalar, length) = decode(at: index) else {
                try refuse(character, "this is not UTF-8 (byte 0x\(Encoding.hex([byte])))")
                return
            }
            guard Self.isAllowed(scalar) else {
                try refuse(character, "the character \(Self.name(scalar)) is not allowed in YAML")
                return
            }
            isASCII = isASCII && length == 1
            index += length
            character += 1
        }
    }

    private func refuse(_ character: Int, _ message: String) throws(YAMLError) {
        let isWide =
            bytes.prefix(4).contains(0) || bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff])
        throw YAMLError(
            .yamlEncoding,
            isWide ? "this is not UTF-8; it looks like UTF-16 or UTF-32" : message,
            remedy: isWide
                ? "convert it: iconv -f UTF-16 -t UTF-8 \(file)"
                : "save the file as UTF-8; in double quotes, characters can be written as \\u0007",
            at: SourceLocation(
                file: file,
                line: lineStarts.count,
                column: character - (lineStarts.last ?? 0) + 1
            )
        )
    }

    /// The scalar that begins at a byte of 0x80 or above, or a control character, by the table of Unicode 3.9
    /// (well-formed UTF-8); `nil` for anything else.
    private func decode(at index: Int) -> (scalar: UInt32, length: Int)? {
        let lead = bytes[index]
        let length: Int
        var lowest: UInt8 = 0x80
        var highest: UInt8 = 0xbf
        switch lead {
        case 0x00...0x7f: return (UInt32(lead), 1)
        case 0xc2...0xdf: length = 2
        case 0xe0: (length, lowest) = (3, 0xa0)
        case 0xed: (length, highest) = (3, 0x9f)
        case 0xe1...0xef: length = 3
        case 0xf0: (length, lowest) = (4, 0x90)
        case 0xf4: (length, highest) = (4, 0x8f)
        case 0xf1...0xf3: length = 4
        default: return nil
        }
        guard index + length <= bytes.count, (lowest...highest).contains(bytes[index + 1]) else { return nil }
        var scalar = UInt32(lead) & (0x7f >> UInt32(length))
        for next in index + 1..<index + length {
            guard bytes[next] & 0xc0 == 0x80 else { return nil }
            scalar = scalar << 6 | UInt32(bytes[next] & 0x3f)
        }
        return (scalar, length)
    }

    /// YAML 1.2, production 1 (c-printable), for what is no plain ASCII.
    private static func isAllowed(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x85, 0xa0...0xd7ff, 0xe000...0xfffd, 0x1_0000...0x10_ffff: true
        default: false
        }
    }

    private static func name(_ scalar: UInt32) -> String {
        let digits = String(scalar, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
