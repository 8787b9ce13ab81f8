//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import YAML

/// The tags that make text of another grammar than YAML's. What that grammar cannot hold is refused.
extension YAMLFiller {
    /// The items of a sequence as one record of CSV (RFC 4180), quoted where a reader would take them for something else.
    mutating func csv(_ node: Node, _ place: Place) throws(TemplateError) -> Node {
        let fields = try texts(node, "!csv", place)
        for (text, item) in fields where Self.breaksLine(text) { throw refusal(item, "a line break in it", place) }
        return .string(fields.map { Self.csvField($0.text) }.joined(separator: ","))
    }

    /// The items of a sequence as lines; nothing when there is none.
    mutating func lines(_ node: Node, _ place: Place) throws(TemplateError) -> Filled {
        let lines = try texts(node, "!lines", place)
        for (text, item) in lines where Self.breaksLine(text) { throw refusal(item, "a line break in it", place) }
        return lines.isEmpty ? .nothing : .node(.literal(lines.map { $0.text + "\n" }.joined()))
    }

    /// The items of the sequence under `of` as one text, with that under `with` between them.
    mutating func joined(_ node: Node, _ place: Place) throws(TemplateError) -> Node {
        try check(node, "!join", required: ["with", "of"], optional: [], place)
        guard let separator = try self.node(part("with", of: node, place), place)?.text else {
            throw TemplateError(.templateInvalid, "`with` needs a text", at: place.location(node))
        }
        return .string(try texts(part("of", of: node, place), "`of`", place).map(\.text).joined(separator: separator))
    }

    /// The node as a JSON document (RFC 8259), indented.
    mutating func json(_ node: Node, _ place: Place) throws(TemplateError) -> Node {
        guard let inner = try self.node(Node(node.content, range: node.range), place) else { return .literal("") }
        let text = try Self.json(inner, at: place.location(node)).text() + "\n"
        try count(text, place.location(node))
        return .literal(text)
    }

    /// A text as a literal of JMESPath: a JSON string between backticks.
    ///
    /// Everything but letters, digits and a few marks is escaped, so that the literal also passes unchanged through what
    /// an expression stands in: an INI file with comments and variables, a chart that fills its values.
    mutating func jmesPath(_ node: Node, _ place: Place) throws(TemplateError) -> Node {
        let kept = Set(" _-.:@/".unicodeScalars)
        var literal = "`\""
        for scalar in try word(node, "!jmespath", place).unicodeScalars {
            if scalar.properties.isAlphabetic && scalar.isASCII || ("0"..."9").contains(scalar) || kept.contains(scalar)
            {
                literal.unicodeScalars.append(scalar)
            } else {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            }
        }
        return .string(literal + "\"`")
    }

    /// A text that no shell, chart or program expands or cuts, even where its author forgot to quote it for them.
    mutating func plainText(_ node: Node, _ place: Place) throws(TemplateError) -> Node {
        let text = try word(node, "!plain", place)
        let refused = Set("\"'`\\${}".unicodeScalars)
        for scalar in text.unicodeScalars
        where refused.contains(scalar) || scalar.properties.generalCategory == .control {
            throw refusal(node, "quotes, braces, `$`, a backslash or a control character in it", place)
        }
        return .string(text)
    }

    /// The one item of a list; nothing when it is empty.
    mutating func only(_ node: Node, _ place: Place) throws(TemplateError) -> Filled {
        let loop = try self.loop(node, ["in", "as", "for", "do"], place)
        guard let item = loop.items.first else { return .nothing }
        guard loop.items.count == 1 else {
            let purpose = try part("for", of: node, place).text ?? ""
            throw TemplateError(
                .templateValueRefused,
                "\(purpose) takes one, and `\(node["in"]?.text ?? "")` has \(loop.items.count)",
                at: place.location(node),
                remedy: "name one in lab.yaml, or change the template"
            )
        }
        return try fill(part("do", of: node, place), place.seeing(loop.name, item))
    }

    private mutating func word(_ node: Node, _ tag: String, _ place: Place) throws(TemplateError) -> String {
        guard case .scalar(let scalar) = node.content else {
            throw TemplateError(.templateInvalid, "\(tag) needs a scalar", at: place.location(node))
        }
        return try text(node, scalar, place)
    }

    /// The filled items of a sequence, which are scalars all, with the nodes that they came from.
    private mutating func texts(
        _ node: Node,
        _ tag: String,
        _ place: Place
    ) throws(TemplateError) -> [(text: String, node: Node)] {
        guard let items = node.items else {
            throw TemplateError(.templateInvalid, "\(tag) needs a sequence", at: place.location(node))
        }
        var texts: [(text: String, node: Node)] = []
        for item in items {
            for filled in try list([item], place) {
                guard let text = filled.text else {
                    throw TemplateError(
                        .templateInvalid,
                        "\(tag) needs items that are scalars",
                        at: place.location(item)
                    )
                }
                texts.append((text, item))
            }
        }
        return texts
    }

    private func refusal(_ node: Node, _ what: String, _ place: Place) -> TemplateError {
        TemplateError(
            .templateValueRefused,
            "the value cannot stand there: there is \(what)",
            at: place.location(node),
            remedy: "choose another value in lab.yaml"
        )
    }

    private static func breaksLine(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0 == "\n" || $0 == "\r" || $0 == "\0" }
    }

    /// Blanks at the ends and `#` at the beginning are quoted too: some readers trim, some take comments.
    private static func csvField(_ text: String) -> String {
        let isPlain =
            text.trimmed.utf8.elementsEqual(text.utf8) && !text.isEmpty && text.utf8.first != UInt8(ascii: "#")
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "\"") }
        if isPlain { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    private static func json(_ node: Node, at location: SourceLocation) throws(TemplateError) -> JSON {
        switch node.content {
        case .sequence(let items, _):
            var values: [JSON] = []
            for item in items { values.append(try json(item, at: location)) }
            return .array(values)
        case .mapping(let pairs, _):
            var members: [(name: String, value: JSON)] = []
            for pair in pairs { members.append((pair.key.text ?? "", try json(pair.value, at: location))) }
            return .object(members)
        case .scalar:
            switch node.resolved {
            case .bool(let value): return .boolean(value)
            case .int(let value): return .integer(value)
            case .string(let text): return .string(text)
            case .null, nil: return .null
            case .float:
                throw TemplateError(.templateInvalid, "!json takes whole numbers alone", at: location)
            }
        }
    }
}
