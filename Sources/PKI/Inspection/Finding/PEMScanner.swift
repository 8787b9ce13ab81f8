//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Picks PEM blocks (RFC 7468) out of any text, wherever a line begins one; blanks around a line do not count.
struct PEMScanner {
    /// A block with its label.
    struct Block {
        let label: String
        /// Line of its beginning, from 1.
        let line: Int
        /// The base64 text between the lines, without line ends; `nil` when the block has no end.
        let body: [UInt8]?
    }

    /// The blocks of a text, private keys left out: their text is not even gathered.
    static func blocks(in text: some Collection<UInt8>) -> [Block] {
        var scanner = PEMScanner()
        var number = 0
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            scanner.read(trimmed(Array(line)), number)
        }
        scanner.abandon()
        return scanner.blocks
    }

    /// Whether a block begins at the very beginning of a line, as it cannot inside of YAML.
    static func beginsUnindented(_ text: [UInt8]) -> Bool {
        var rest = text[...]
        while let found = rest.firstRange(of: begin) {
            if found.lowerBound == text.startIndex || text[found.lowerBound - 1] == UInt8(ascii: "\n") { return true }
            rest = rest[found.upperBound...]
        }
        return false
    }

    /// Whether a text can hold a block at all.
    static func mayHoldBlock(_ text: some Collection<UInt8>) -> Bool { !text.ranges(of: begin).isEmpty }

    private static let begin = Array("-----BEGIN ".utf8)
    private static let end = Array("-----END ".utf8)
    private static let dashes = Array("-----".utf8)

    private var blocks: [Block] = []
    /// The block that has begun and not ended; its text is gathered in `body`.
    private var open: (label: String, line: Int)?
    private var body: [UInt8] = []

    private mutating func read(_ line: ArraySlice<UInt8>, _ number: Int) {
        if let label = Self.label(line, after: Self.begin) {
            abandon()
            open = (label, number)
        } else if let label = open?.label {
            if Self.label(line, after: Self.end) == label {
                close(body)
            } else if !Self.isKey(label) {
                body += line
            }
        }
    }

    /// Ends a block that has no end.
    private mutating func abandon() { close(nil) }

    private mutating func close(_ text: [UInt8]?) {
        if let open, !Self.isKey(open.label) { blocks.append(Block(label: open.label, line: open.line, body: text)) }
        open = nil
        body = []
    }

    private static func isKey(_ label: String) -> Bool { label.hasSuffix("PRIVATE KEY") }

    private static func label(_ line: ArraySlice<UInt8>, after prefix: [UInt8]) -> String? {
        guard line.starts(with: prefix), line.count >= prefix.count + dashes.count,
            line.suffix(dashes.count).elementsEqual(dashes)
        else { return nil }
        return String(decoding: line.dropFirst(prefix.count).dropLast(dashes.count), as: UTF8.self)
    }

    private static func trimmed(_ line: [UInt8]) -> ArraySlice<UInt8> {
        var rest = line[...]
        while let first = rest.first, isBlank(first) { rest.removeFirst() }
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
}
