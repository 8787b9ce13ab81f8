//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

extension Node {
    /// The text of a scalar, whatever its type; `nil` for a collection.
    package var text: String? {
        if case .scalar(let scalar) = content { scalar.text } else { nil }
    }

    /// The items of a sequence; `nil` for anything else.
    package var items: [Node]? {
        if case .sequence(let items, _) = content { items } else { nil }
    }

    /// The entries of a mapping; `nil` for anything else.
    package var pairs: [Pair]? {
        if case .mapping(let pairs, _) = content { pairs } else { nil }
    }

    /// The value under a key of a mapping.
    package subscript(key: String) -> Node? {
        pairs?.first { $0.key.text == key }?.value
    }
}
