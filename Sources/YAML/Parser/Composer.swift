//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// Builds nodes from events, and refuses what libyaml lets pass.
///
/// Open collections stand on a stack of its own, not on the thread's.
struct Composer {
    private let events: EventReader
    private let limits: YAMLLimits
    private var source: SourceMap
    private var anchors: Anchors
    private var open: [OpenCollection] = []
    private var nodes = 0

    init(source: SourceMap, limits: YAMLLimits) {
        self.source = source
        self.limits = limits
        anchors = Anchors(limits: limits)
        events = EventReader(source.text)
    }

    mutating func documents() throws(YAMLError) -> [Node] {
        var documents: [Node] = []
        while true {
            let event = try next()
            let complete: WeighedNode
            switch event.kind {
            case .streamStart, .documentEnd:
                continue
            case .documentStart:
                anchors.forget()
                continue
            case .streamEnd:
                return documents
            case .collectionStart(let properties, let style, let isMapping):
                try begin(OpenCollection(isMapping: isMapping, style: style, properties: properties), event)
                continue
            case .collectionEnd:
                guard let collection = open.popLast() else { continue }
                complete = end(collection, event)
            case .alias(let name):
                complete = try alias(name, event)
            case .scalar(let properties, let scalar):
                complete = try self.scalar(scalar, properties, event)
            }
            if open.isEmpty {
                documents.append(complete.node)
            } else {
                try open[open.count - 1].add(complete, file: source.file)
            }
        }
    }

    private mutating func next() throws(YAMLError) -> EventReader.Event {
        switch events.next() {
        case .event(let event): return event
        case .fault(let fault): throw SyntaxFault.error(fault, &source)
        }
    }

    private mutating func scalar(
        _ scalar: Node.Scalar,
        _ properties: EventReader.Properties,
        _ event: EventReader.Event
    ) throws(YAMLError) -> WeighedNode {
        let outer = source.mark(event.start)
        var end = source.mark(event.end)
        let start = source.mark(offset: ContentStart.offset(in: source.bytes, outer.offset..<end.offset))
        if scalar.style == .literal || scalar.style == .folded {
            end = source.mark(offset: BlockScalar.end(in: source.bytes, start.offset..<end.offset, scalar))
        }
        var tag = properties.tag
        // A lone `!` makes a string of a plain scalar (YAML 1.2, 6.9.1); libyaml drops it.
        if tag == nil, properties.anchor == nil, scalar.style == .plain, start.offset > outer.offset {
            tag = Node.Tag.string
        }
        var node = Node(.scalar(scalar), tag: tag, range: SourceRange(start: start, end: end))
        if start.offset > outer.offset { node.properties = SourceRange(start: outer, end: start) }
        try checkType(of: node, at: start)
        try count(at: start)
        let complete = WeighedNode(node: node, weight: Weight(nodes: 1, bytes: scalar.text.utf8.count, height: 0))
        anchors.define(properties.anchor, complete)
        return complete
    }

    private mutating func alias(_ name: String, _ event: EventReader.Event) throws(YAMLError) -> WeighedNode {
        let range = SourceRange(start: source.mark(event.start), end: source.mark(event.end))
        let place = range.location(in: source.file)
        var copy = try anchors.resolve(name, open: open, at: place)
        guard open.count + copy.weight.height <= limits.depth else { throw tooDeep(at: place) }
        try count(at: range.start)
        copy.node.range = range
        copy.node.properties = nil
        return copy
    }

    private mutating func begin(_ collection: OpenCollection, _ event: EventReader.Event) throws(YAMLError) {
        var collection = collection
        let outer = source.mark(event.start)
        collection.start = outer
        // Without this, the properties of a block mapping's first key would be taken for its own.
        if collection.properties.tag != nil || collection.properties.anchor != nil {
            let rest = outer.offset..<source.bytes.count
            collection.start = source.mark(offset: ContentStart.offset(in: source.bytes, rest))
        }
        if collection.start.offset > outer.offset {
            collection.propertiesRange = SourceRange(start: outer, end: collection.start)
        }
        guard open.count < limits.depth else { throw tooDeep(at: collection.start.location(in: source.file)) }
        try count(at: collection.start)
        open.append(collection)
    }

    private mutating func end(_ collection: OpenCollection, _ event: EventReader.Event) -> WeighedNode {
        // The end of a block, and of a lone pair in a flow list, is found at the next token only; the last value's end
        // is the true one.
        let first = collection.start.offset < source.bytes.count ? source.bytes[collection.start.offset] : 0
        let hasBrackets = collection.style == .flow && "[{".utf8.contains(first)
        let end = hasBrackets ? source.mark(event.end) : collection.lastEnd ?? collection.start
        let complete = collection.complete(end: end)
        anchors.define(collection.properties.anchor, complete)
        return complete
    }

    private mutating func count(at mark: SourceMark) throws(YAMLError) {
        nodes += 1
        guard nodes + anchors.added.nodes <= limits.nodes else {
            throw YAMLError(
                .yamlTooLarge,
                "the text has more than \(limits.nodes) values",
                remedy: "split it into several files",
                at: mark.location(in: source.file)
            )
        }
    }

    private func checkType(of node: Node, at mark: SourceMark) throws(YAMLError) {
        guard let tag = node.tag, let text = node.text, let type = Node.Tag.typeNames[tag] else { return }
        if Node.resolve(text, tag: tag) == nil {
            throw YAMLError(
                .yamlWrongType,
                "\(YAMLError.quoted(text)) is not \(type), as its tag says",
                at: mark.location(in: source.file)
            )
        }
    }

    private func tooDeep(at place: SourceLocation) -> YAMLError {
        YAMLError(.yamlTooDeep, "lists and mappings stand more than \(limits.depth) deep in each other here", at: place)
    }
}
