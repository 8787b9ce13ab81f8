//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// What a node costs with all that stands in it and behind its aliases.
struct Weight {
    var nodes: Int
    var bytes: Int
    var height: Int
}

/// A complete node.
struct WeighedNode {
    var node: Node
    var weight: Weight
}

/// A list or mapping whose end has not come yet.
struct OpenCollection {
    let isMapping: Bool
    let style: CollectionStyle
    let properties: EventReader.Properties
    var propertiesRange: SourceRange?
    var start = SourceMark(line: 1, column: 1, offset: 0)

    private var items: [Node] = []
    private var pairs: [Node.Pair] = []
    private var key: Node?
    /// The line of each key.
    private var lines: [String: Int] = [:]
    private var weight = Weight(nodes: 1, bytes: 0, height: 1)

    init(isMapping: Bool, style: CollectionStyle, properties: EventReader.Properties) {
        self.isMapping = isMapping
        self.style = style
        self.properties = properties
    }

    /// The end of the last value.
    var lastEnd: SourceMark? { (isMapping ? pairs.last?.value : items.last)?.range?.end }

    /// Takes the next node: an item, or a key and a value by turns. Throws when it cannot be a key.
    mutating func add(_ part: WeighedNode, file: String) throws(YAMLError) {
        weight.nodes += part.weight.nodes
        weight.bytes += part.weight.bytes
        weight.height = max(weight.height, part.weight.height + 1)
        if !isMapping {
            items.append(part.node)
        } else if let key {
            pairs.append(Node.Pair(key, part.node))
            self.key = nil
        } else {
            try checkKey(part.node, file: file)
            key = part.node
        }
    }

    /// The node, now that all is there.
    func complete(end: SourceMark) -> WeighedNode {
        var node = Node(
            isMapping ? .mapping(pairs, style) : .sequence(items, style),
            // `!` alone says nothing that the kind of the collection does not.
            tag: properties.tag == "!" ? nil : properties.tag,
            range: SourceRange(start: start, end: end)
        )
        node.properties = propertiesRange
        return WeighedNode(node: node, weight: weight)
    }

    private mutating func checkKey(_ key: Node, file: String) throws(YAMLError) {
        guard let start = key.range?.start else { return }
        guard let text = key.text else {
            throw YAMLError(
                .yamlComplexKey,
                "a key must be a scalar; this one is a list or a mapping",
                remedy: "a text that begins with { or [ needs quotes",
                at: start.location(in: file)
            )
        }
        if let line = lines.updateValue(start.line, forKey: key.resolved?.canonicalText ?? text) {
            throw YAMLError(
                .yamlDuplicateKey,
                "the key \(YAMLError.quoted(text)) stands twice in this mapping, first in line \(line)",
                at: start.location(in: file)
            )
        }
    }
}
