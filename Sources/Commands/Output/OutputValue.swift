//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import YAML

/// What a command shows, before it is written as a table, JSON or YAML.
enum OutputValue: Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case string(String)
    case list([OutputValue])
    case record([(name: String, value: OutputValue)])

    /// A string, or nothing.
    static func optional(_ text: String?) -> OutputValue { text.map { .string($0) } ?? .null }

    /// Strings.
    static func strings(_ texts: some Sequence<String>) -> OutputValue { .list(texts.map { .string($0) }) }

    /// One line for people: lists with commas, nothing as a dash.
    var cell: String {
        switch self {
        case .null: "-"
        case .bool(let value): value ? "yes" : "no"
        case .int(let value): String(value)
        case .string(let text): text.isEmpty ? "-" : text
        case .list(let items): items.isEmpty ? "-" : items.map(\.cell).joined(separator: ", ")
        case .record(let fields): fields.map { "\($0.name)=\($0.value.cell)" }.joined(separator: " ")
        }
    }

    /// As a YAML node.
    var node: Node {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .string(let text): .string(text)
        case .list(let items): .list(items.map(\.node))
        case .record(let fields): .map(fields.map { ($0.name, $0.value.node) })
        }
    }

    /// As JSON.
    var json: JSON {
        switch self {
        case .null: .null
        case .bool(let value): .boolean(value)
        case .int(let value): .integer(value)
        case .string(let text): .string(text)
        case .list(let items): .array(items.map(\.json))
        case .record(let fields): .object(fields.map { ($0.name, $0.value.json) })
        }
    }
}
