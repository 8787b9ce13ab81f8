//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Bounds on what a text may cost to read.
package struct YAMLLimits: Sendable, Hashable {
    /// Bytes of the source.
    package var bytes: Int
    /// Lists and mappings inside each other, aliases followed.
    package var depth: Int
    /// Values and keys of all documents, aliases followed.
    package var nodes: Int
    /// Values and keys that aliases add to those that are written.
    package var aliasedNodes: Int
    /// Bytes of text that aliases add to those that are written.
    package var aliasedBytes: Int

    package init(bytes: Int, depth: Int, nodes: Int, aliasedNodes: Int, aliasedBytes: Int) {
        self.bytes = bytes
        self.depth = depth
        self.nodes = nodes
        self.aliasedNodes = aliasedNodes
        self.aliasedBytes = aliasedBytes
    }

    /// 10 MiB, 100 levels, three million nodes; a million nodes and 100 MiB by aliases.
    package static let standard = YAMLLimits(
        bytes: 10 << 20,
        depth: 100,
        nodes: 3_000_000,
        aliasedNodes: 1_000_000,
        aliasedBytes: 100 << 20
    )
}
