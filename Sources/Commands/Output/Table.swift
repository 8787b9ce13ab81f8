//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Rows under headings, in columns as wide as they need.
struct Table {
    var headings: [String]
    var rows: [[String]]

    /// The table with two spaces between columns and none at the end of a line.
    func text(style: Style) -> String {
        let rows = rows.map { $0.map { CellText.visible($0) } }
        let widths = headings.indices.map { column in
            ([headings[column]] + rows.map { $0[column] }).map(CellText.width).max() ?? 0
        }
        let lines = [line(headings.map { $0.uppercased() }, widths, style.bold)] + rows.map { line($0, widths) { $0 } }
        return lines.map { $0 + "\n" }.joined()
    }

    private func line(_ cells: [String], _ widths: [Int], _ decorate: (String) -> String) -> String {
        let last = cells.count - 1
        return cells.enumerated().map { index, cell in
            let padding = index == last ? "" : String(repeating: " ", count: widths[index] - CellText.width(cell) + 2)
            return decorate(cell) + padding
        }.joined()
    }
}

/// Terminal attributes (ECMA-48 SGR), only on a terminal and unless `NO_COLOR` is set (no-color.org).
struct Style {
    let isActive: Bool

    init(context: CommandContext, stream: ConsoleStream = .output) {
        isActive =
            context.console.isTerminal(stream) && context.variable("NO_COLOR") == nil
            && context.environment["TERM"] != "dumb"
    }

    func bold(_ text: String) -> String { isActive ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
    func red(_ text: String) -> String { isActive ? "\u{1B}[31m\(text)\u{1B}[0m" : text }
    func green(_ text: String) -> String { isActive ? "\u{1B}[32m\(text)\u{1B}[0m" : text }
    func yellow(_ text: String) -> String { isActive ? "\u{1B}[33m\(text)\u{1B}[0m" : text }
}
