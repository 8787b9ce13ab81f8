//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// A line of a source and the carets below a stretch of it.
struct Excerpt {
    let line: String
    let carets: String

    /// Scalars that are shown of a long line.
    private static let width = 160

    /// - Parameters:
    ///   - line: the whole line.
    ///   - column: where the stretch begins, from 1, in Unicode scalars.
    ///   - length: its length in Unicode scalars.
    init(line: String, column: Int, length: Int) {
        let scalars = Array(line.unicodeScalars)
        let start = max(0, min(column - 1, scalars.count))
        // Of a long line the part around the stretch is enough.
        let first = scalars.count > Self.width ? max(0, min(start - 40, scalars.count - Self.width)) : 0
        let last = min(scalars.count, first + Self.width)
        let end = max(start, min(start + length, last))
        var shown = first > 0 ? "…" : ""
        var carets = first > 0 ? " " : ""
        for index in first..<last {
            let scalar = scalars[index]
            let isVisible = scalar == "\t" || !Self.isControl(scalar)
            shown.unicodeScalars.append(isVisible ? scalar : "\u{FFFD}")
            if index < start {
                // A tab stays a tab, so that the caret stands right whatever the terminal's stops.
                carets += scalar == "\t" ? "\t" : String(repeating: " ", count: Self.columns(of: scalar))
            } else if index < end {
                carets += String(repeating: "^", count: scalar == "\t" ? 1 : Self.columns(of: scalar))
            }
        }
        if last < scalars.count { shown += "…" }
        self.line = shown
        self.carets = carets.hasSuffix("^") ? carets : carets + "^"
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// Columns that a scalar takes on a terminal: none for combining marks, two for wide characters (Unicode
    /// Standard Annex 11, in its large blocks).
    private static func columns(of scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        return switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
