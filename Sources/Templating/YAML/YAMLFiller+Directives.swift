//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import YAML

/// The tags of YAML templates.
enum Directive: String, CaseIterable {
    case int, bool, raw, yaml, json, documents, each, only, entries, `if`, include
    case csv, lines, join, jmespath, plain
}

extension YAMLFiller {
    mutating func apply(_ directive: Directive, _ node: Node, _ place: Place) throws(TemplateError) -> Filled {
        switch directive {
        case .int, .bool: .node(try typed(directive, node, place))
        case .raw: .node(try raw(node, place))
        case .yaml: .node(try document(node, place))
        case .documents: .node(try documents(node, place))
        case .each: .items(try each(node, place))
        case .entries: .node(try entries(node, place))
        case .if: try condition(node, place)
        case .include: try include(node, place)
        case .only: try only(node, place)
        case .json: .node(try json(node, place))
        case .csv: .node(try csv(node, place))
        case .lines: try lines(node, place)
        case .join: .node(try joined(node, place))
        case .jmespath: .node(try jmesPath(node, place))
        case .plain: .node(try plainText(node, place))
        }
    }

    private mutating func typed(
        _ directive: Directive,
        _ node: Node,
        _ place: Place
    ) throws(TemplateError) -> Node {
        guard case .scalar(let scalar) = node.content else {
            throw TemplateError(.templateInvalid, "!\(directive.rawValue) needs a scalar", at: place.location(node))
        }
        let text = try self.text(node, scalar, place)
        if directive == .int, let number = Int(text) { return .int(number) }
        if directive == .bool, text == "true" || text == "false" { return .bool(text == "true") }
        throw TemplateError(
            .templateVariableKind,
            directive == .int ? "the value is no whole number" : "the value is neither true nor false",
            at: place.location(node)
        )
    }

    private func raw(_ node: Node, _ place: Place) throws(TemplateError) -> Node {
        guard case .scalar(let scalar) = node.content else {
            throw TemplateError(.templateInvalid, "!raw needs a scalar", at: place.location(node))
        }
        return .string(scalar.text, style: scalar.style == .plain ? .any : scalar.style)
    }

    /// The text of the node that the tag `!yaml` stands on, as a literal block.
    private mutating func document(_ node: Node, _ place: Place) throws(TemplateError) -> Node {
        guard let inner = try self.node(Node(node.content, range: node.range), place) else { return .literal("") }
        return try literal(YAMLEmitter.emit(inner), node, place)
    }

    private mutating func literal(_ text: String, _ node: Node, _ place: Place) throws(TemplateError) -> Node {
        try count(text, place.location(node))
        return .literal(text)
    }

    private mutating func documents(_ node: Node, _ place: Place) throws(TemplateError) -> Node {
        guard let items = node.items else {
            throw TemplateError(.templateInvalid, "!documents needs a sequence", at: place.location(node))
        }
        return try literal(YAMLEmitter.emit(documents: try list(items, place)), node, place)
    }

    private mutating func each(_ node: Node, _ place: Place) throws(TemplateError) -> [Node] {
        let loop = try self.loop(node, ["in", "as", "do"], place)
        let body = try part("do", of: node, place)
        var filled: [Node] = []
        for item in loop.items {
            switch try fill(body, place.seeing(loop.name, item)) {
            case .nothing: continue
            case .node(let node): filled.append(node)
            case .items(let nodes): filled += nodes
            }
        }
        return filled
    }

    private mutating func entries(_ node: Node, _ place: Place) throws(TemplateError) -> Node {
        let loop = try self.loop(node, ["in", "as", "key", "value"], place)
        let key = try part("key", of: node, place)
        let value = try part("value", of: node, place)
        var pairs: [Node.Pair] = []
        var seen: Set<String> = []
        for item in loop.items {
            let inner = place.seeing(loop.name, item)
            guard let name = try self.node(key, inner), let text = name.text else {
                throw TemplateError(.templateInvalid, "a key must be a scalar", at: place.location(key))
            }
            guard seen.insert(text).inserted else {
                throw TemplateError(.templateInvalid, "two items make the same key", at: place.location(key))
            }
            if let filled = try self.node(value, inner) { pairs.append(Node.Pair(name, filled)) }
        }
        return Node(.mapping(pairs, pairs.isEmpty ? .flow : .block))
    }

    private mutating func condition(_ node: Node, _ place: Place) throws(TemplateError) -> Filled {
        try check(node, "!if", required: ["when", "then"], optional: ["else"], place)
        let isMet = !(try variable("when", of: node, place).isNothing)
        guard let branch = node[isMet ? "then" : "else"] else { return .nothing }
        return try fill(branch, place)
    }

    private mutating func include(_ node: Node, _ place: Place) throws(TemplateError) -> Filled {
        let location = place.location(node)
        guard let path = node.text, !path.isEmpty else {
            throw TemplateError(.templateInvalid, "!include needs the path of a template", at: location)
        }
        let source = try store.source(path, from: location)
        guard TemplateStore.isYAML(path) else {
            throw TemplateError(.templateInvalid, "!include needs a YAML template, not \(path)", at: location)
        }
        let documents: [Node]
        do {
            documents = try self.documents(of: source, scope: place.scope, chain: place.chain)
        } catch  where error.location == nil {
            throw TemplateError(error.code, error.message, at: location, remedy: error.remedy)
        }
        return documents.isEmpty ? .nothing : documents.count == 1 ? .node(documents[0]) : .items(documents)
    }

    /// The list under `in` and the name under `as` of a node with these keys.
    func loop(
        _ node: Node,
        _ keys: [String],
        _ place: Place
    ) throws(TemplateError) -> (items: [TemplateValue], name: String) {
        try check(node, node.tag ?? "!each", required: keys, optional: [], place)
        guard let name = node["as"]?.text, Braces.isName(name), !name.contains(".") else {
            throw TemplateError(.templateInvalid, "`as` needs a name without a dot", at: place.location(node))
        }
        guard case .list(let items) = try variable("in", of: node, place) else {
            throw TemplateError(
                .templateVariableKind,
                "`\(node["in"]?.text ?? "")` is no list",
                at: place.location(node["in"] ?? node)
            )
        }
        return (items, name)
    }

    /// The value of the variable that the scalar under `key` names.
    private func variable(_ key: String, of node: Node, _ place: Place) throws(TemplateError) -> TemplateValue {
        let part = try part(key, of: node, place)
        guard let name = place.template.name(part) else {
            throw TemplateError(
                .templateInvalid,
                "`\(key)` needs the name of a variable, without braces",
                at: place.location(part)
            )
        }
        return try Self.value(name, place.scope, place.location(part))
    }

    /// The node under a key.
    func part(_ key: String, of node: Node, _ place: Place) throws(TemplateError) -> Node {
        guard let part = node[key] else {
            throw TemplateError(.templateInvalid, "`\(key)` is missing", at: place.location(node))
        }
        return part
    }

    /// Holds a mapping against the keys that its tag knows.
    func check(
        _ node: Node,
        _ tag: String,
        required: [String],
        optional: [String],
        _ place: Place
    ) throws(TemplateError) {
        if place.template.isChecked(node) { return }
        guard let pairs = node.pairs else {
            throw TemplateError(.templateInvalid, "\(tag) needs a mapping", at: place.location(node))
        }
        for pair in pairs {
            let key = pair.key.text ?? ""
            guard required.contains(key) || optional.contains(key) else {
                let near = Suggestion.nearest(to: key, among: required + optional)
                throw TemplateError(
                    .templateInvalid,
                    "\(tag) has no `\(key)`" + (near.map { "; did you mean `\($0)`?" } ?? ""),
                    at: place.location(pair.key)
                )
            }
        }
        for key in required where node[key] == nil {
            throw TemplateError(.templateInvalid, "\(tag) needs `\(key)`", at: place.location(node))
        }
        place.template.remember(checked: node)
    }
}
