//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// What a value of lab.yaml may be.
///
/// One table of shapes describes the whole file (``LabShape``). The decoder checks by it, and the JSON Schema is
/// written from it, so that the two cannot part.
indirect enum Shape: Sendable {
    /// Text of a format.
    case text(Format)
    /// One of these words.
    case choice([String])
    /// A whole number.
    case integer(ClosedRange<Int>)
    case boolean
    /// A sequence; with `isUnique`, of values that all differ.
    case list(Shape, atLeast: Int, isUnique: Bool)
    /// A mapping with keys that are known.
    case object(ObjectShape)
    /// A mapping with keys of the user's own.
    case map(keys: Format, values: Shape)
    /// The shape, or nothing.
    case nullable(Shape)

    /// A sequence of values that all differ.
    static func list(_ items: Shape, atLeast: Int = 0) -> Shape { .list(items, atLeast: atLeast, isUnique: true) }

    /// A sequence of objects.
    static func objects(_ object: ObjectShape) -> Shape {
        .nullable(.list(.object(object), atLeast: 0, isUnique: false))
    }
}

/// A mapping with keys that are known.
struct ObjectShape: Sendable {
    var keys: [Key]
    var rules: [PresenceRule]

    init(_ keys: [Key], rules: [PresenceRule] = []) {
        self.keys = keys
        self.rules = rules
    }

    /// A key by its name.
    subscript(name: String) -> Key? { keys.first { $0.name == name } }
}

/// A key of a mapping.
struct Key: Sendable {
    var name: String
    var shape: Shape
    var isRequired: Bool
    /// What it means, for the JSON Schema.
    var summary: String

    init(_ name: String, _ shape: Shape, required: Bool = false, _ summary: String) {
        self.name = name
        self.shape = shape
        isRequired = required
        self.summary = summary
    }
}

/// Which keys of a mapping may stand together.
enum PresenceRule: Sendable {
    case atMostOne([String])
    case exactlyOne([String])
    /// With `key`, none of `forbidden`; without it, all of `required`.
    case preset(key: String, forbidden: [String], required: [String])
}
