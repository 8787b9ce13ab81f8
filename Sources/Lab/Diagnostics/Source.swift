//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import YAML

/// The text of a lab.yaml, by lines, with what looks like a secret masked.
struct Source {
    let file: String
    private let lines: [[Unicode.Scalar]]
    /// Columns, from 0, that no message may show, by line.
    private var masks: [Int: [Range<Int>]] = [:]

    init(text: String, file: String) {
        self.file = file
        var lines: [[Unicode.Scalar]] = []
        var line: [Unicode.Scalar] = []
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
                // The line breaks of YAML 1.1, which libyaml counts by.
                lines.append(line)
                line = []
            default: line.append(scalar)
            }
            previous = scalar
        }
        lines.append(line)
        self.lines = lines
    }

    /// Hides a stretch from every excerpt.
    mutating func mask(_ range: SourceRange) {
        for line in range.start.line...max(range.start.line, range.end.line) {
            let start = line == range.start.line ? range.start.column - 1 : 0
            let end = line == range.end.line ? range.end.column - 1 : Int.max
            if start < end { masks[line, default: []].append(start..<end) }
        }
    }

    /// Number of lines.
    var lineCount: Int { lines.count }

    /// The length of a line, from 1, in Unicode scalars.
    func length(ofLine number: Int) -> Int {
        lines.indices.contains(number - 1) ? lines[number - 1].count : 0
    }

    /// A line, from 1, with a mark for each character of a masked stretch.
    func line(_ number: Int) -> String {
        guard lines.indices.contains(number - 1) else { return "" }
        var scalars = lines[number - 1]
        for mask in masks[number] ?? [] {
            // One mark for each character, so that carets further on stay right.
            for index in mask.clamped(to: scalars.indices) { scalars[index] = "•" }
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }
}
