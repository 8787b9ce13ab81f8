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

@testable import Lab

/// A text of a sample lab.yaml that somebody wrote freely, by the shape that it has there.
struct TextField: Sendable, CustomTestStringConvertible {
    /// One step down a tree of nodes.
    enum Step: Sendable, Hashable {
        case value(String)
        case item(Int)
        /// The value below a key of the user's own, and such a key itself.
        case entry(String), key(String)
    }

    let sample: Sample
    let path: [Step]
    let format: Format
    let original: String

    var testDescription: String { "\(sample): \(Self.name(path[...]))" }

    /// The list or mapping that the text stands in, as messages of the decoder have it.
    var owner: String { Self.name(path.dropLast()) }

    private static func name(_ path: ArraySlice<Step>) -> String {
        path.reduce("") { name, step in
            switch step {
            case .item(let index): "\(name)[\(index)]"
            case .value(let key), .entry(let key), .key(let key): name.isEmpty ? key : "\(name).\(key)"
            }
        }
    }

    /// The place in the shape of lab.yaml, the same for every item of a list.
    var place: String {
        path.map { step in
            switch step {
            case .item: "[]"
            case .value(let key): key
            case .entry, .key: "*"
            }
        }.joined(separator: ".")
    }

    /// Every text of a sample that is no word of a fixed list.
    static func all(in sample: Sample) -> [TextField] {
        var fields: [TextField] = []
        collect(sample.document, .object(LabShape.lab), [], sample, &fields)
        return fields
    }

    private static func collect(
        _ node: Node,
        _ shape: Shape,
        _ path: [Step],
        _ sample: Sample,
        _ fields: inout [TextField]
    ) {
        switch shape {
        case .nullable(let inner): collect(node, inner, path, sample, &fields)
        case .text(let format):
            fields.append(TextField(sample: sample, path: path, format: format, original: node.text ?? ""))
        case .list(let items, _, _):
            for (index, item) in (node.items ?? []).enumerated() {
                collect(item, items, path + [.item(index)], sample, &fields)
            }
        case .object(let object):
            for pair in node.pairs ?? [] {
                guard let name = pair.key.text, let key = object[name] else { continue }
                collect(pair.value, key.shape, path + [.value(name)], sample, &fields)
            }
        case .map(let keys, let values):
            for pair in node.pairs ?? [] {
                let name = pair.key.text ?? ""
                let inner = path + [.key(name)]
                fields.append(TextField(sample: sample, path: inner, format: keys, original: name))
                collect(pair.value, values, path + [.entry(name)], sample, &fields)
            }
        case .choice, .integer, .boolean: break
        }
    }

    /// The places of the shape that hold a text, as ``place`` names them.
    static func places(_ shape: Shape = .object(LabShape.lab), _ path: [String] = []) -> Set<String> {
        switch shape {
        case .nullable(let inner): places(inner, path)
        case .text: [path.joined(separator: ".")]
        case .list(let items, _, _): places(items, path + ["[]"])
        case .object(let object): Set(object.keys.flatMap { places($0.shape, path + [$0.name]) })
        case .map(_, let values): places(values, path + ["*"]).union([(path + ["*"]).joined(separator: ".")])
        case .choice, .integer, .boolean: []
        }
    }

    /// The document with another text here.
    func document(_ text: String) -> Node { Self.replacing(sample.document, path[...], text) }

    private static func replacing(_ node: Node, _ path: ArraySlice<Step>, _ text: String) -> Node {
        guard let step = path.first else { return .string(text) }
        var node = node
        switch (step, node.content) {
        case (.item(let index), .sequence(var items, let style)):
            items[index] = replacing(items[index], path.dropFirst(), text)
            node.content = .sequence(items, style)
        case (.value(let name), .mapping(var pairs, let style)), (.entry(let name), .mapping(var pairs, let style)):
            for index in pairs.indices where pairs[index].key.text == name {
                pairs[index].value = replacing(pairs[index].value, path.dropFirst(), text)
            }
            node.content = .mapping(pairs, style)
        case (.key(let name), .mapping(var pairs, let style)):
            for index in pairs.indices where pairs[index].key.text == name { pairs[index].key = .string(text) }
            node.content = .mapping(pairs, style)
        default: break
        }
        return node
    }

    /// The document with another text here and in every other field of the same format that reads the same, so that
    /// what refers to each other still does.
    func documentRenamed(_ text: String) -> Node {
        let same = sample.fields.filter { $0.format.name == format.name && $0.original == original }
        // From the deepest up: a key that is renamed leads nowhere by its old name.
        return same.sorted { $0.path.count > $1.path.count }.reduce(sample.document) { document, field in
            Self.replacing(document, field.path[...], text)
        }
    }

    /// Where the text stands in a document that was parsed, for the line of a finding.
    func node(in document: Node, reading text: String) -> Node? {
        path.reduce(Optional(document)) { node, step in
            switch step {
            case .item(let index): node?.items.flatMap { $0.indices.contains(index) ? $0[index] : nil }
            case .value(let key), .entry(let key): node?[key]
            case .key: node?.pairs?.first { $0.key.text == text }?.key
            }
        }
    }
}

/// A lab whose texts are replaced, one after the other.
struct Sample: Sendable, CustomStringConvertible {
    let description: String
    let text: String
    let document: Node

    init(_ description: String, _ text: String) throws {
        self.description = description
        self.text = text
        document = try YAMLParser.document(text, file: "lab.yaml")
    }

    var fields: [TextField] { TextField.all(in: self) }
}
