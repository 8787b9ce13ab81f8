//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import YAML

/// Trees of every shape, with the strings that emitters get wrong.
struct RandomTrees {
    let random: SeededRandomSource

    init(seed: UInt64) {
        random = SeededRandomSource(seed: seed)
    }

    func tree(depth: Int = 5) -> Node {
        // The upper levels are collections, so that trees grow.
        switch depth > 3 ? 6 + below(4) : below(depth > 0 ? 10 : 6) {
        case 0...3: return .string(text(), style: pick(Self.styles))
        case 4: return pick([.null, .bool(true), .bool(false), .int(0), .int(-below(1000)), .int(below(1 << 30))])
        case 5:
            return Node(
                .scalar(.init(pick(["1.5", "-0.25", "1e3", "7", ".5", ".inf", "1.0e-7"]), .any)),
                tag: Node.Tag.float
            )
        case 6, 7:
            return .list(
                (0..<below(depth > 3 ? 9 : 5)).map { _ in tree(depth: depth - 1) },
                style: pick([.block, .block, .flow])
            )
        default:
            var seen: Set<String> = []
            var entries: [(String, Node)] = []
            for _ in 0..<below(depth > 3 ? 9 : 5) {
                let key = text()
                if seen.insert(key).inserted { entries.append((key, tree(depth: depth - 1))) }
            }
            return .map(entries, style: pick([.block, .block, .flow]))
        }
    }

    func text() -> String {
        if below(3) == 0 { return pick(Self.nasty) }
        return (0..<below(below(8) == 0 ? 40 : 6)).map { _ in pick(Self.pieces) }.joined()
    }

    private func below(_ bound: Int) -> Int { Int(random.below(UInt32(bound))) }

    private func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    private static let styles: [ScalarStyle] = [
        .any, .any, .any, .plain, .singleQuoted, .doubleQuoted, .literal, .literal, .folded,
    ]

    private static let pieces = [
        "a", "b", "Z", "0", "1", "7", ":", ": ", "-", "- ", "#", " #", " ", "  ", "\n", "\n\n", "\t", "\r", "\r\n", "'",
        "\"",
        "\\", ",", "[", "]", "{", "}", "&", "*", "!", "|", ">", "%", "@", "`", "?", "? ", "~", "=", "<", ".", "_", "+",
        "e", "x",
        "é", "e\u{301}", "€", "😀", "\u{0}", "\u{1b}", "\u{7f}", "\u{85}", "\u{a0}", "\u{2028}", "\u{2029}", "\u{feff}",
        "\u{fffd}", "\u{ffff}", "\u{10ffff}", "---", "...", "{{ x }}", "\\n", "null", "true", "word ",
    ]

    private static let nasty = [
        "", " ", "\n", "\n\n", " \n", "\n ", "a\n ", "a\n \n", "\ta\n\tb", " a\nb", "a\n b", "a\n\n\nb\n\n\n", "~",
        "null", "y",
        "n", "yes", "No", "on", "OFF", "0755", "0o17", "0x1F", "1e3", "1_000", "12:30:45", "2026-01-01", ".inf", ".",
        "..",
        "...", "---", "--- a", "- a", "-", "?", ":", "a: b", "a:", "a #b", "#", "=", "<<", "*a", "&a", "!a", "%a", "@a",
        "`",
        "'", "\"", "''", "\\", "{}", "[]", "{", ",", "|", ">-", "a\r\nb", "a\rb", "\u{85}", "\u{2028}\n", "\u{feff}a",
        "1.", "+1",
        "a\n---\nb", "a\n...\n", "%YAML 1.2\n---\n", "|\n  a", "{{ x }}", "!!str a", "- a\n- b\n", "a: b\nc: |\n  d\n",
        String(repeating: "k", count: 1020), String(repeating: "word ", count: 300) + "x",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
    ]
}
