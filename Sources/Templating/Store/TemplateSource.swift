//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import YAML

/// One template: its path below the root, its text, and the file that messages name.
struct TemplateSource: Sendable {
    let path: String
    let text: String
    let file: String

    /// Where a node stands; the first line for one that does not know.
    func location(_ node: Node) -> SourceLocation {
        node.range?.location(in: file) ?? SourceLocation(file: file, line: 1, column: 1)
    }

    /// Where the `index`-th pair of braces of a scalar stands.
    func location(_ node: Node, braces index: Int) -> SourceLocation {
        guard let range = node.range else { return location(node) }
        let bytes = Array(text.utf8)
        let end = min(range.end.offset, bytes.count)
        guard range.start.offset < end else { return location(node) }
        return location(
            in: bytes[range.start.offset..<end],
            from: (range.start.line, range.start.column),
            braces: index
        ) ?? location(node)
    }

    /// Where the `index`-th pair of braces of the whole text stands.
    func location(braces index: Int) -> SourceLocation {
        location(in: Array(text.utf8)[...], from: (1, 1), braces: index)
            ?? SourceLocation(file: file, line: 1, column: 1)
    }

    /// A parser's error, with the usual cause as remedy where a line begins a value with braces outside quotes: YAML
    /// takes those for a mapping.
    func error(parsing error: YAMLError) -> TemplateError {
        var remedy = error.remedy
        if let location = error.location {
            let lines = text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false)
            let words = lines.indices.contains(location.line - 1) ? String(Substring(lines[location.line - 1])) : ""
            if [": {{", "- {{", ", {{", "[{{"].contains(where: { words.contains($0) }) {
                remedy = "a value that begins with `{{` needs quotes: \"{{ name }}\""
            }
        }
        return TemplateError(.templateInvalid, error.message, at: error.location, remedy: remedy)
    }

    /// The comment lines before anything else, with their line ends.
    var head: String {
        var head: [UInt8] = []
        var rest = text.utf8[...]
        while rest.first == 0x23 {
            let line = rest.prefix { $0 != 0x0a }
            head += line.last == 0x0d ? line.dropLast() : line
            head.append(0x0a)
            rest = rest[line.endIndex...].dropFirst()
        }
        return String(decoding: head, as: UTF8.self)
    }

    private func location(in bytes: ArraySlice<UInt8>, from start: (Int, Int), braces index: Int) -> SourceLocation? {
        var (line, column) = start
        var seen = 0
        var position = bytes.startIndex
        while position < bytes.endIndex {
            let byte = bytes[position]
            if byte == 0x7b, position + 1 < bytes.endIndex, bytes[position + 1] == 0x7b {
                if seen == index { return SourceLocation(file: file, line: line, column: column) }
                seen += 1
                position += 2
                column += 2
                continue
            }
            if byte == 0x0a {
                line += 1
                column = 1
            } else if byte & 0xc0 != 0x80 {
                column += 1
            }
            position += 1
        }
        return nil
    }
}
