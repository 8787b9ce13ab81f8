//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import Testing
import YAML

/// The document of a text that is good.
func parse(_ text: String) throws -> Node {
    try YAMLParser.document(text, file: "test.yaml")
}

/// The error of a text that is bad; records an issue when it is taken.
func refusal(_ text: String, limits: YAMLLimits = .standard, _ place: Testing.SourceLocation = #_sourceLocation)
    -> YAMLError?
{
    do {
        let documents = try YAMLParser.documents(text, file: "test.yaml", limits: limits)
        Issue.record("taken as \(documents.count) documents", sourceLocation: place)
        return nil
    } catch {
        return error
    }
}

/// The bytes of a source that a node's range covers.
func slice(_ node: Node?, of source: String) -> String? {
    guard let range = node?.range else { return nil }
    return String(decoding: Array(source.utf8)[range.bytes], as: UTF8.self)
}

extension Node {
    /// All nodes of the tree, keys included, in the order of the text.
    var all: [Node] {
        switch content {
        case .scalar: [self]
        case .sequence(let items, _): [self] + items.flatMap(\.all)
        case .mapping(let pairs, _): [self] + pairs.flatMap { $0.key.all + $0.value.all }
        }
    }
}
