//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// A line of a difference.
enum DiffLine: Sendable, Equatable {
    /// What is no part of the format; `patch` passes over it.
    case note(String)
    /// One of the two lines with the names.
    case header(String)
    /// `@@ -1,3 +1,4 @@`
    case range(String)
    case kept(String)
    case removed(String)
    case added(String)
    /// Says of the line before it that no line feed is at its end.
    case unfinished

    var text: String {
        switch self {
        case .note(let text), .header(let text), .range(let text): text
        case .kept(let text): " " + text
        case .removed(let text): "-" + text
        case .added(let text): "+" + text
        case .unfinished: "\\ No newline at end of file"
        }
    }

    /// The line on a terminal: with colours, and without characters that would steer it.
    func text(style: Style) -> String {
        guard style.isActive else { return text }
        let visible = CellText.visible(text, keepsLines: true)
        return switch self {
        case .header: style.bold(visible)
        case .removed: style.red(visible)
        case .added: style.green(visible)
        case .note: style.yellow(visible)
        case .range, .kept, .unfinished: visible
        }
    }
}

/// The difference of two texts in unified format (GNU diffutils, "Unified Format").
enum UnifiedDiff {
    /// Lines around a change.
    private static let context = 3
    /// Beyond as many lines that differ, the shortest difference is not looked for.
    private static let searchedLines = 4000

    /// The hunks, without the two lines of names; none for equal texts.
    static func lines(from old: String, to new: String) -> [DiffLine] {
        let edits = edits(split(old), split(new))
        var lines: [DiffLine] = []
        for hunk in hunks(edits) { lines += self.lines(edits, hunk) }
        return lines
    }

    /// What becomes of a line of either text. Its end is part of it: a last line without a line feed is another.
    private enum Edit {
        case kept(Substring)
        case removed(Substring)
        case added(Substring)

        var isChange: Bool { if case .kept = self { false } else { true } }
        var isOld: Bool { if case .added = self { false } else { true } }
        var isNew: Bool { if case .removed = self { false } else { true } }
    }

    /// Lines with their line feeds.
    private static func split(_ text: String) -> [Substring] {
        var lines: [Substring] = []
        var start = text.startIndex
        while let end = text.utf8[start...].firstIndex(of: 0x0a) {
            let next = text.utf8.index(after: end)
            lines.append(text[start..<next])
            start = next
        }
        if start < text.endIndex { lines.append(text[start...]) }
        return lines
    }

    private static func edits(_ old: [Substring], _ new: [Substring]) -> [Edit] {
        let head = zip(old, new).prefix { $0.utf8.elementsEqual($1.utf8) }.count
        let rest = zip(old.dropFirst(head).reversed(), new.dropFirst(head).reversed())
        let tail = rest.prefix { $0.utf8.elementsEqual($1.utf8) }.count
        let left = Array(old[head..<(old.count - tail)])
        let right = Array(new[head..<(new.count - tail)])
        return old.prefix(head).map { .kept($0) } + middle(left, right) + old.suffix(tail).map { .kept($0) }
    }

    private static func middle(_ old: [Substring], _ new: [Substring]) -> [Edit] {
        guard old.count + new.count <= searchedLines else {
            return old.map { .removed($0) } + new.map { .added($0) }
        }
        // Byte by byte: two spellings of a letter are two lines.
        let difference = new.difference(from: old) { $0.utf8.elementsEqual($1.utf8) }
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var edits: [Edit] = []
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if removed.contains(left) {
                edits.append(.removed(old[left]))
                left += 1
            } else if added.contains(right) {
                edits.append(.added(new[right]))
                right += 1
            } else {
                edits.append(.kept(old[left]))
                left += 1
                right += 1
            }
        }
        return edits
    }

    /// The ranges of edits that are shown together: changes, and the lines around them.
    private static func hunks(_ edits: [Edit]) -> [Range<Int>] {
        var hunks: [Range<Int>] = []
        for (index, edit) in edits.enumerated() where edit.isChange {
            let range = max(0, index - context)..<min(edits.count, index + context + 1)
            if let last = hunks.last, last.upperBound >= range.lowerBound {
                hunks[hunks.count - 1] = last.lowerBound..<range.upperBound
            } else {
                hunks.append(range)
            }
        }
        return hunks
    }

    private static func lines(_ edits: [Edit], _ hunk: Range<Int>) -> [DiffLine] {
        let before = edits[..<hunk.lowerBound]
        let old = position(before.count(where: \.isOld), edits[hunk].count(where: \.isOld))
        let new = position(before.count(where: \.isNew), edits[hunk].count(where: \.isNew))
        var lines: [DiffLine] = [.range("@@ -\(old) +\(new) @@")]
        for edit in edits[hunk] {
            switch edit {
            case .kept(let line): append(line, to: &lines) { .kept($0) }
            case .removed(let line): append(line, to: &lines) { .removed($0) }
            case .added(let line): append(line, to: &lines) { .added($0) }
            }
        }
        return lines
    }

    private static func append(_ line: Substring, to lines: inout [DiffLine], _ made: (String) -> DiffLine) {
        guard line.utf8.last == 0x0a else { return lines += [made(String(line)), .unfinished] }
        // By bytes: CR LF is one character.
        lines.append(made(String(decoding: line.utf8.dropLast(), as: UTF8.self)))
    }

    /// The first line and the number of lines; of none, the line before them.
    private static func position(_ before: Int, _ count: Int) -> String {
        let first = count == 0 ? before : before + 1
        return count == 1 ? String(first) : "\(first),\(count)"
    }
}
