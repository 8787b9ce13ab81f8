//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import Testing
import YAML

@testable import Templating

/// Fills one template of a test's own words.
func fill(
    _ template: String,
    _ values: [String: TemplateValue] = [:],
    path: String = "t.yaml",
    others: [String: String] = [:]
) throws(TemplateError) -> FilledTemplate {
    try TemplateStore(embedded: others.merging([path: template]) { $1 }).fill(path, values)
}

/// The error that filling a template gives.
func failure(
    _ template: String,
    _ values: [String: TemplateValue] = [:],
    path: String = "t.yaml",
    others: [String: String] = [:]
) throws -> TemplateError {
    try #require(throws: TemplateError.self) { try fill(template, values, path: path, others: others) }
}

/// What a node says, without style and place; scalars carry whether they are strings.
indirect enum Meaning: Equatable {
    case scalar(String, isPlain: Bool)
    case list([Meaning])
    case map([[Meaning]])

    init(_ node: Node) {
        switch node.content {
        case .scalar(let scalar):
            self = .scalar(scalar.text, isPlain: scalar.style == .plain && node.tag == nil)
        case .sequence(let items, _): self = .list(items.map(Meaning.init))
        case .mapping(let pairs, _): self = .map(pairs.map { [Meaning($0.key), Meaning($0.value)] })
        }
    }
}

/// Strings that break templating by text.
enum Nasty {
    static let pieces = [
        "\n", "\r", "\t", ": ", " #", "#", "- ", "---\n", "...\n", "'", "\"", "\\", "{{ x }}", "{{", "}}", "!raw ",
        "!!int 3",
        "&a", "*a", "|", ">", "%", "@", "`", "$", "$(id)", "${x}", "[", "]", "{", "}", ",", "?", "~", "null", "yes",
        "no", "0755",
        "1e3", "0x1f", ".inf", "a: b", " ", "  ", "\u{301}", "\u{2028}", "\u{85}", "\u{feff}", "é", "😀", "x", "EOF\n",
        "\u{7}", "\u{1b}", "=", "<<", "12:30:45", "2026-01-01", "-", "\n\n", "\n ",
    ]

    /// A random string of up to eight pieces.
    static func string(_ random: some RandomSource) -> String {
        (0..<random.below(9)).map { _ in pieces[Int(random.below(UInt32(pieces.count)))] }.joined()
    }
}
