//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// One block of a PEM text (RFC 7468, section 2).
package struct PEMBlock: Sendable {
    /// `PRIVATE KEY`, `CERTIFICATE REQUEST` and so on.
    package let label: String
    /// What stands between the lines, blanks and line ends left out; `nil` when the block has no end of its own.
    package let body: [UInt8]?

    /// The bytes that the block encodes; `nil` when it has no end, or is not base64.
    package var bytes: [UInt8]? { body.flatMap { Encoding.bytes(base64: String(decoding: $0, as: UTF8.self)) } }

    /// The blocks of a text, in their order; what stands around them is passed over.
    package static func all(in text: [UInt8]) -> [PEMBlock] {
        var blocks: [PEMBlock] = []
        var open: (label: String, body: [UInt8])?
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let line = line.filter { $0 > 0x20 || $0 == 0x20 && line.first == UInt8(ascii: "-") }
            if let label = label(line, after: "-----BEGIN ") {
                if let block = open { blocks.append(PEMBlock(label: block.label, body: nil)) }
                open = (label, [])
            } else if let label = label(line, after: "-----END "), let block = open {
                blocks.append(PEMBlock(label: block.label, body: label == block.label ? block.body : nil))
                open = nil
            } else {
                open?.body += line
            }
        }
        if let block = open { blocks.append(PEMBlock(label: block.label, body: nil)) }
        return blocks
    }

    private static func label(_ line: [UInt8], after prefix: String) -> String? {
        let text = String(decoding: line, as: UTF8.self)
        guard text.hasPrefix(prefix), text.hasSuffix("-----"), text.utf8.count >= prefix.utf8.count + 5 else {
            return nil
        }
        return String(text.dropFirst(prefix.count).dropLast(5))
    }
}
