//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Writes nodes in one line.
enum FlowText {
    /// A node as it stands in a flow collection, or as a key of a block mapping.
    static func node(_ node: Node, isKey: Bool = false) -> String {
        let tag = TagText.written(node.tag)
        let lead = tag.isEmpty ? "" : tag + " "
        switch node.content {
        case .scalar:
            return ScalarText.line(node, inFlow: !isKey)
        case .sequence(let items, _):
            return lead + "[" + items.map { self.node($0) }.joined(separator: ", ") + "]"
        case .mapping(let pairs, _):
            return lead + "{" + pairs.map { pair($0) }.joined(separator: ", ") + "}"
        }
    }

    /// Whether a key can stand before its `:` without the `?` of an explicit key: a scalar, within 1024 characters with
    /// its tag (YAML 1.2, 7.4.2).
    static func isSimpleKey(_ key: Node, _ written: String) -> Bool {
        key.text != nil && written.utf8.count <= 1000
    }

    private static func pair(_ pair: Node.Pair) -> String {
        let key = node(pair.key)
        return (isSimpleKey(pair.key, key) ? key + ": " : "? " + key + " : ") + node(pair.value)
    }
}
