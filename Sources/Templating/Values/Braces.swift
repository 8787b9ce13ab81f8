//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Text cut at its `{{ name }}`.
struct Braces {
    /// A piece of the text.
    enum Segment: Equatable {
        case text(String)
        /// The `index`-th pair of braces of the text, from 0.
        case variable(VariableName, index: Int)
    }

    /// Why a text cannot be cut, and at which pair of braces.
    struct Problem: Error, Equatable {
        var message: String
        var index: Int
    }

    /// Cuts a text. `}}` without an opening pair is text.
    static func segments(_ text: String) throws(Problem) -> [Segment] {
        let bytes = Array(text.utf8)
        var segments: [Segment] = []
        var start = 0
        var position = 0
        var index = 0
        while position + 1 < bytes.count {
            guard bytes[position] == 0x7b, bytes[position + 1] == 0x7b else {
                position += 1
                continue
            }
            guard let end = closing(bytes, from: position + 2) else {
                throw Problem(message: "`{{` has no `}}`", index: index)
            }
            let inner = String(decoding: bytes[(position + 2)..<end], as: UTF8.self)
            let name = inner.trimmed
            guard isName(name) else {
                throw Problem(message: "`{{\(inner)}}` is not the name of a variable", index: index)
            }
            if start < position { segments.append(.text(String(decoding: bytes[start..<position], as: UTF8.self))) }
            segments.append(.variable(VariableName(name), index: index))
            index += 1
            position = end + 2
            start = position
        }
        if start < bytes.count { segments.append(.text(String(decoding: bytes[start...], as: UTF8.self))) }
        return segments
    }

    /// A dotted name and its parts, cut once.
    struct VariableName: Equatable {
        let text: String
        let parts: [String]

        /// A name for which ``Braces/isName(_:)`` holds.
        init(_ text: String) {
            self.text = text
            parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// Whether `{{` stands in a text.
    static func stand(in text: String) -> Bool {
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte == 0x7b, previous == 0x7b { return true }
            previous = byte
        }
        return false
    }

    /// Whether a text is a dotted name: letters, digits, `_` and `-`, each part beginning with a letter or `_`.
    static func isName(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return !parts.isEmpty
            && parts.allSatisfy { part in
                guard let first = part.utf8.first, isLetter(first) else { return false }
                return part.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2d }
            }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x5f
    }

    private static func closing(_ bytes: [UInt8], from start: Int) -> Int? {
        var position = start
        while position + 1 < bytes.count {
            if bytes[position] == 0x7d, bytes[position + 1] == 0x7d { return position }
            position += 1
        }
        return nil
    }
}

extension String {
    /// The text without blanks and tabs at its ends.
    var trimmed: String {
        var rest = Substring(self)
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return String(rest)
    }
}
