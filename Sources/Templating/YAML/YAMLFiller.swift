//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import YAML

/// Fills a YAML template node by node: values become scalars, so none can break or extend the document.
struct YAMLFiller {
    let store: TemplateStore
    /// Whether a secret was written so far.
    var holdsSecret = false
    private var nodes = 0
    private var depth = 0
    private var bytes = 0

    init(store: TemplateStore) {
        self.store = store
    }

    /// Where a node stands: its template, what it sees, and the templates that led here.
    struct Place {
        let template: ParsedTemplate
        var scope: Scope
        var chain: [String]

        var source: TemplateSource { template.source }

        func location(_ node: Node) -> SourceLocation { source.location(node) }

        func seeing(_ name: String, _ value: TemplateValue) -> Place {
            var inner = self
            inner.scope = scope.adding(name, value)
            return inner
        }
    }

    /// What a node of a template becomes.
    enum Filled {
        case nothing
        case node(Node)
        /// Items that are spliced into the sequence around.
        case items([Node])
    }

    /// The filled documents of a template; those that come to nothing are left out.
    mutating func documents(
        of source: TemplateSource,
        scope: Scope,
        chain: [String]
    ) throws(TemplateError) -> [Node] {
        guard !chain.contains(source.path) else {
            throw TemplateError(
                .templateLimit,
                "templates include each other in a circle: \((chain + [source.path]).joined(separator: " → "))"
            )
        }
        guard chain.count < TemplateLimits.includeDepth else {
            throw TemplateError(.templateLimit, "more than \(TemplateLimits.includeDepth) templates include each other")
        }
        let template = try store.parsed.template(source)
        let place = Place(template: template, scope: scope, chain: chain + [source.path])
        return try list(template.documents, place)
    }

    /// The nodes of a sequence, or of `!documents`, with `!if` dropped and `!each` spliced.
    mutating func list(_ items: [Node], _ place: Place) throws(TemplateError) -> [Node] {
        var filled: [Node] = []
        for item in items {
            switch try fill(item, place) {
            case .nothing: continue
            case .node(let node): filled.append(node)
            case .items(let nodes): filled += nodes
            }
        }
        return filled
    }

    /// One node as one node; `nil` when there is nothing.
    mutating func node(_ node: Node, _ place: Place) throws(TemplateError) -> Node? {
        switch try fill(node, place) {
        case .nothing: nil
        case .node(let node): node
        case .items(let nodes): .list(nodes)
        }
    }

    /// Counts text that is written, and stops what would fill the memory.
    mutating func count(_ text: String, _ location: @autoclosure () -> SourceLocation) throws(TemplateError) {
        bytes += text.utf8.count
        guard bytes <= TemplateLimits.outputBytes else {
            throw TemplateError(
                .templateLimit,
                "the template makes more than \(TemplateLimits.outputBytes) bytes",
                at: location()
            )
        }
    }

    /// Fills a node by its tag.
    mutating func fill(_ node: Node, _ place: Place) throws(TemplateError) -> Filled {
        depth += 1
        defer { depth -= 1 }
        nodes += 1
        guard depth <= TemplateLimits.depth, nodes <= TemplateLimits.nodes else {
            throw TemplateError(.templateLimit, "the template makes too many nodes", at: place.location(node))
        }
        if place.template.isConstant(node) { return .node(node) }
        guard let tag = node.tag, tag.hasPrefix("!"), tag != "!" else { return try plain(node, place) }
        guard let directive = Directive(rawValue: String(tag.dropFirst())) else {
            let near = Suggestion.nearest(to: String(tag.dropFirst()), among: Directive.allCases.map(\.rawValue))
            throw TemplateError(
                .templateInvalid,
                "unknown tag \(tag)" + (near.map { "; did you mean !\($0)?" } ?? ""),
                at: place.location(node)
            )
        }
        return try apply(directive, node, place)
    }

    /// Fills a node that has no tag of ours.
    mutating func plain(_ node: Node, _ place: Place) throws(TemplateError) -> Filled {
        switch node.content {
        case .scalar(let scalar):
            return .node(try self.scalar(node, scalar, place))
        case .sequence(let items, let style):
            return .node(Node(.sequence(try list(items, place), style), tag: node.tag))
        case .mapping(let pairs, let style):
            return .node(Node(.mapping(try entries(pairs, node, place), style), tag: node.tag))
        }
    }

    private mutating func entries(
        _ pairs: [Node.Pair],
        _ node: Node,
        _ place: Place
    ) throws(TemplateError) -> [Node.Pair] {
        var entries: [Node.Pair] = []
        entries.reserveCapacity(pairs.count)
        for pair in pairs {
            guard let key = try self.key(pair, place) else { continue }
            guard let value = try self.node(pair.value, place) else { continue }
            guard let name = key.text, !entries.contains(where: { $0.key.text == name }) else {
                throw TemplateError(
                    .templateInvalid,
                    "the key stands there twice once its variables are filled in",
                    at: place.location(pair.key)
                )
            }
            entries.append(Node.Pair(key, value))
        }
        return entries
    }

    private mutating func key(_ pair: Node.Pair, _ place: Place) throws(TemplateError) -> Node? {
        guard pair.key.text != nil else {
            throw TemplateError(.templateInvalid, "a key must be a scalar", at: place.location(pair.key))
        }
        return try self.node(pair.key, place)
    }
}
