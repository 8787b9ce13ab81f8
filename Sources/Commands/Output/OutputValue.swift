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

    /// As JSON (RFC 8259) with two spaces of indentation.
    func json(indent: Int = 0) -> String {
        let inner = String(repeating: " ", count: indent + 2)
        let outer = String(repeating: " ", count: indent)
        switch self {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .int(let value): return String(value)
        case .string(let text): return JSONText.quoted(text)
        case .list(let items):
            if items.isEmpty { return "[]" }
            return "[\n" + items.map { inner + $0.json(indent: indent + 2) }.joined(separator: ",\n") + "\n\(outer)]"
        case .record(let fields):
            if fields.isEmpty { return "{}" }
            let lines = fields.map { "\(inner)\(JSONText.quoted($0.name)): \($0.value.json(indent: indent + 2))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
        }
    }
}

/// Strings in JSON.
enum JSONText {
    /// A JSON string with its quotes.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7f {
                    quoted +=
                        "\\u" + String(repeating: "0", count: scalar.value < 0x10 ? 3 : 2)
                        + String(scalar.value, radix: 16)
                } else {
                    quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return quoted + "\""
    }
}
