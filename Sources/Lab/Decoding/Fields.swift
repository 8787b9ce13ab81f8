//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import YAML

/// A mapping of lab.yaml, read leniently: what is missing or malformed gives `nil`, since ``ShapeChecker`` has
/// reported it.
struct Fields {
    /// The mapping; `nil` where there is none.
    let node: Node?
    /// Its name in messages.
    let path: String

    init(_ node: Node?, _ path: String) {
        self.node = node?.pairs == nil ? nil : node
        self.path = path
    }

    /// Whether the mapping is there.
    var exists: Bool { node != nil }

    /// The value of a key; `nil` when it is absent or null.
    subscript(key: String) -> Node? {
        guard let value = node?[key], value.kind != .null else { return nil }
        return value
    }

    /// The name of a key in messages.
    func path(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    func text(_ key: String) -> String? {
        guard let value = self[key], value.kind == .text else { return nil }
        return value.text
    }

    func texts(_ key: String) -> [String] {
        (self[key]?.items ?? []).filter { $0.kind == .text }.compactMap(\.text)
    }

    func flag(_ key: String) -> Bool? {
        if case .boolean(let value)? = self[key]?.kind { value } else { nil }
    }

    func integer(_ key: String) -> Int? {
        if case .integer(let value)? = self[key]?.kind { value } else { nil }
    }

    func duration(_ key: String) -> Duration? { text(key).flatMap { Duration(labText: $0) } }

    func endpoint(_ key: String) -> Endpoint? { text(key).flatMap { Endpoint($0) } }

    func word<Word: RawRepresentable<String>>(_ key: String, _: Word.Type) -> Word? {
        text(key).flatMap { Word(rawValue: $0) }
    }

    func object(_ key: String) -> Fields { Fields(self[key], path(key)) }

    func objects(_ key: String) -> [Fields] {
        (self[key]?.items ?? []).enumerated().map { Fields($1, "\(path(key))[\($0)]") }
    }

    /// The entries of a mapping with keys of the user's own.
    func entries(_ key: String) -> [(name: String, value: Fields)] {
        (self[key]?.pairs ?? []).compactMap { pair in
            guard let name = pair.key.text, pair.key.kind == .text else { return nil }
            return (name, Fields(pair.value, "\(path(key)).\(name)"))
        }
    }
}
