//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// The nodes that have names, and what their aliases cost so far.
struct Anchors {
    /// What aliases added to the text.
    private(set) var added = Weight(nodes: 0, bytes: 0, height: 0)
    private var named: [String: WeighedNode] = [:]
    private let limits: YAMLLimits

    init(limits: YAMLLimits) {
        self.limits = limits
    }

    /// Names live in one document.
    mutating func forget() {
        named = [:]
    }

    /// Gives a node a name, if it has one; the last of a name counts.
    mutating func define(_ name: String?, _ node: WeighedNode) {
        if let name { named[name] = node }
    }

    /// The node that an alias stands for. `open` are the collections that it stands in.
    mutating func resolve(
        _ name: String,
        open: [OpenCollection],
        at place: SourceLocation
    ) throws(YAMLError) -> WeighedNode {
        if open.contains(where: { $0.properties.anchor == name }) {
            throw YAMLError(.yamlAlias, "the alias *\(name) stands inside the node that it names", at: place)
        }
        guard let node = named[name] else {
            let nearest = Suggestion.nearest(to: name, among: named.keys.sorted())
            throw YAMLError(
                .yamlAlias,
                "the alias *\(name) names nothing: there is no anchor &\(name) before it",
                remedy: nearest.map { "did you mean *\($0)? A text that begins with * needs quotes" }
                    ?? "a text that begins with * needs quotes: \"*\(name)\"",
                at: place
            )
        }
        added.nodes += node.weight.nodes
        added.bytes += node.weight.bytes
        guard added.nodes <= limits.aliasedNodes, added.bytes <= limits.aliasedBytes else {
            throw YAMLError(
                .yamlAliasBomb,
                "the aliases up to *\(name) stand for more than \(limits.aliasedNodes) values "
                    + "or \(limits.aliasedBytes) bytes",
                remedy: "write the text out, or split it",
                at: place
            )
        }
        return node
    }
}
