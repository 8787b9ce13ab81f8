//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Writes block style, line by line.
struct BlockWriter {
    private(set) var text = ""

    /// What stands on the line before a node.
    enum Lead {
        /// Nothing: the node is a document.
        case nothing
        /// `key:`
        case key
        /// `-`, or the `?` and `:` of a key too long for one line: a collection may begin on the same line.
        case indicator
    }

    /// Writes a node and ends its line; `parent` is the column of the collection that it stands in.
    mutating func write(_ node: Node, in parent: Int, after lead: Lead) {
        let column = parent + 2
        switch node.content {
        case .sequence(let items, .block) where !items.isEmpty:
            let isInline = begin(tag: node.tag, after: lead)
            for (index, item) in items.enumerated() {
                if index > 0 || !isInline { indent(column) }
                text += "-"
                write(item, in: column, after: .indicator)
            }
        case .mapping(let pairs, .block) where !pairs.isEmpty:
            let isInline = begin(tag: node.tag, after: lead)
            for (index, pair) in pairs.enumerated() {
                if index > 0 || !isInline { indent(column) }
                write(pair, in: column)
            }
        default:
            let words = ScalarText.block(node, indentation: max(2, column), isNullImplied: lead != .nothing)
            text += lead == .nothing || words.isEmpty ? words : " " + words
            text += "\n"
        }
    }

    private mutating func write(_ pair: Node.Pair, in column: Int) {
        let key = FlowText.node(pair.key, isKey: true)
        if FlowText.isSimpleKey(pair.key, key) {
            text += key + ":"
            write(pair.value, in: column, after: .key)
        } else {
            text += "? " + key + "\n"
            indent(column)
            text += ":"
            write(pair.value, in: column, after: .indicator)
        }
    }

    /// Writes the tag of a block collection and ends the line, unless the collection can begin on it.
    private mutating func begin(tag: String?, after lead: Lead) -> Bool {
        let tag = TagText.written(tag)
        if !tag.isEmpty { text += lead == .nothing ? tag : " " + tag }
        if tag.isEmpty, lead == .indicator {
            text += " "
            return true
        }
        if !tag.isEmpty || lead == .key { text += "\n" }
        return false
    }

    private mutating func indent(_ column: Int) {
        text += String(repeating: " ", count: column)
    }
}
