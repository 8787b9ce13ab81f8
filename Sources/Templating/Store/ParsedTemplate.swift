//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Synchronization
import YAML

/// A YAML template, parsed, with what can be known of it before it is filled.
final class ParsedTemplate: Sendable {
    let source: TemplateSource
    let documents: [Node]
    /// Comment lines before anything else.
    let head: String
    /// Nodes in which nothing is to be filled.
    private let constant: Set<Int>
    /// The pieces of scalars with braces.
    private let pieces: [Int: [Braces.Segment]]
    /// The names that tags look at.
    private let names: [Int: Braces.VariableName]
    private let checked = Mutex<Set<Int>>([])

    init(_ source: TemplateSource) throws(TemplateError) {
        self.source = source
        head = source.head
        do {
            documents = try YAMLParser.documents(source.text, file: source.file)
        } catch {
            throw source.error(parsing: error)
        }
        var walk = Walk()
        for document in documents { _ = walk.isConstant(document) }
        constant = walk.constant
        pieces = walk.pieces
        names = walk.names
    }

    /// Whether nothing is to be filled in a node, so that it is its own result.
    func isConstant(_ node: Node) -> Bool {
        Self.mark(node).map { constant.contains($0) } ?? false
    }

    /// The pieces of a scalar.
    func segments(of node: Node, _ text: String) throws(Braces.Problem) -> [Braces.Segment] {
        if let mark = Self.mark(node), let known = pieces[mark] { return known }
        return try Braces.segments(text)
    }

    /// Whether the keys of a tag's mapping were found to be right before.
    func isChecked(_ node: Node) -> Bool {
        Self.mark(node).map { mark in checked.withLock { $0.contains(mark) } } ?? false
    }

    /// Remembers that the keys of a tag's mapping are right.
    func remember(checked node: Node) {
        if let mark = Self.mark(node) { checked.withLock { _ = $0.insert(mark) } }
    }

    /// The name that a scalar is, without braces; `nil` for another node.
    func name(_ node: Node) -> Braces.VariableName? {
        if let mark = Self.mark(node), let known = names[mark] { return known }
        return node.text.flatMap { Braces.isName($0) ? Braces.VariableName($0) : nil }
    }

    /// What tells a node of a template from its others: where it begins, and whether it is a scalar, since a mapping begins
    /// where its first key does.
    private static func mark(_ node: Node) -> Int? {
        guard let offset = node.range?.start.offset else { return nil }
        if case .scalar = node.content { return offset * 2 }
        return offset * 2 + 1
    }

    private struct Walk {
        var constant: Set<Int> = []
        var pieces: [Int: [Braces.Segment]] = [:]
        var names: [Int: Braces.VariableName] = [:]

        mutating func isConstant(_ node: Node) -> Bool {
            var isConstant = node.tag == nil
            switch node.content {
            case .scalar(let scalar):
                if Braces.stand(in: scalar.text) {
                    isConstant = false
                    if let mark = ParsedTemplate.mark(node) { pieces[mark] = try? Braces.segments(scalar.text) }
                }
            case .sequence(let items, _):
                for item in items where !self.isConstant(item) { isConstant = false }
            case .mapping(let pairs, _):
                for pair in pairs {
                    if !isConstant, let name = pair.value.text, Braces.isName(name) {
                        if let mark = ParsedTemplate.mark(pair.value) { names[mark] = Braces.VariableName(name) }
                    }
                    // Both are looked at, whatever the first is.
                    let (key, value) = (self.isConstant(pair.key), self.isConstant(pair.value))
                    isConstant = isConstant && key && value
                }
            }
            if isConstant, let mark = ParsedTemplate.mark(node) { constant.insert(mark) }
            return isConstant
        }
    }
}
