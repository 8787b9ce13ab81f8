//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import YAML

/// What the decoder finds, collected until the end.
struct Findings {
    private struct Item {
        var severity: Diagnostic.Severity
        var range: SourceRange?
        var message: String
        var hint: String?
    }

    private var items: [Item] = []
    private var masks: [SourceRange] = []

    /// Whether nothing was found.
    var isEmpty: Bool { items.isEmpty }

    /// Whether anything found forbids the use of the file.
    var hasErrors: Bool { items.contains { $0.severity == .error } }

    mutating func error(_ node: Node?, _ message: String, hint: String? = nil) {
        items.append(Item(severity: .error, range: node?.range, message: message, hint: hint))
    }

    mutating func warning(_ node: Node?, _ message: String, hint: String? = nil) {
        items.append(Item(severity: .warning, range: node?.range, message: message, hint: hint))
    }

    /// Keeps the text of a node out of every excerpt.
    mutating func mask(_ node: Node) {
        if let range = node.range { masks.append(range) }
    }

    /// The findings in the order of the file.
    func diagnostics(in source: Source) -> [Diagnostic] {
        var source = source
        for mask in masks { source.mask(mask) }
        let made = items.map { item in
            let start = item.range?.start ?? SourceMark(line: 1, column: 1, offset: 0)
            let end = item.range?.end ?? start
            let last = end.line == start.line ? end.column : source.length(ofLine: start.line) + 1
            return Diagnostic(
                severity: item.severity,
                location: SourceLocation(file: source.file, line: start.line, column: start.column),
                length: max(1, last - start.column),
                message: item.message,
                hint: item.hint,
                line: source.line(start.line)
            )
        }
        // By place; findings of one place stay in the order found.
        return made.enumerated().sorted { left, right in
            let a = (left.element.location.line, left.element.location.column, left.offset)
            return a < (right.element.location.line, right.element.location.column, right.offset)
        }.map(\.element)
    }
}
