//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// The JSON Schema of lab.yaml.
///
/// It is written from the shapes that the decoder checks by. What a schema cannot say, such as that a client's group
/// exists, the decoder alone knows.
package enum LabSchema {
    /// JSON Schema, draft 2020-12, with a line feed at the end.
    package static func json() -> String {
        guard case .object(let members) = schema(.object(LabShape.lab)) else { return "{}\n" }
        let head: [(name: String, value: JSON)] = [
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("title", .string("lab.yaml of kindling")),
        ]
        return JSON.object(head + members).text() + "\n"
    }

    private static func schema(_ shape: Shape) -> JSON {
        switch shape {
        case .text(let format):
            var members: [(name: String, value: JSON)] = [("type", .string("string"))]
            if !format.isMultiline { members.append(("minLength", .integer(1))) }
            if let pattern = format.pattern { members.append(("pattern", .string(pattern))) }
            members.append(("examples", .strings([format.example])))
            let known = format.known()
            guard !known.isEmpty else { return .object(members) }
            return .object([("anyOf", .array([.object([("enum", .strings(known))]), .object(members)]))])
        case .choice(let words):
            return .object([("enum", .strings(words))])
        case .integer(let range):
            return .object([
                ("type", .string("integer")), ("minimum", .integer(range.lowerBound)),
                ("maximum", .integer(range.upperBound)),
            ])
        case .boolean:
            return .object([("type", .string("boolean"))])
        case .list(let items, let least, let isUnique):
            var members: [(name: String, value: JSON)] = [("type", .string("array")), ("items", schema(items))]
            if least > 0 { members.append(("minItems", .integer(least))) }
            if isUnique { members.append(("uniqueItems", .boolean(true))) }
            return .object(members)
        case .map(let keys, let values):
            return .object([
                ("type", .string("object")), ("propertyNames", schema(.text(keys))),
                ("additionalProperties", schema(values)),
            ])
        case .object(let object):
            return schema(object)
        case .nullable(let inner):
            return .object([("anyOf", .array([schema(inner), .object([("type", .string("null"))])]))])
        }
    }

    private static func schema(_ object: ObjectShape) -> JSON {
        var members: [(name: String, value: JSON)] = [
            ("type", .string("object")),
            ("properties", .object(object.keys.map { ($0.name, described($0)) })),
        ]
        let required = object.keys.filter(\.isRequired).map(\.name)
        if !required.isEmpty { members.append(("required", .strings(required))) }
        members.append(("additionalProperties", .boolean(false)))
        if !object.rules.isEmpty { members.append(("allOf", .array(object.rules.map(schema)))) }
        return .object(members)
    }

    private static func described(_ key: Key) -> JSON {
        guard case .object(let members) = schema(key.shape) else { return .object([]) }
        return .object([("description", .string(key.summary))] + members)
    }

    private static func schema(_ rule: PresenceRule) -> JSON {
        switch rule {
        case .exactlyOne(let names):
            return .object([("oneOf", .array(names.map { requiring([$0]) }))])
        case .atMostOne(let names):
            let pairs = names.indices.flatMap { first in
                names.indices.filter { $0 > first }.map { requiring([names[first], names[$0]]) }
            }
            return .object([("not", .object([("anyOf", .array(pairs))]))])
        case .preset(let key, let forbidden, let required):
            let none = JSON.object([("not", .object([("anyOf", .array(forbidden.map { requiring([$0]) }))]))])
            return .object([("if", requiring([key])), ("then", none), ("else", requiring(required))])
        }
    }

    private static func requiring(_ names: [String]) -> JSON { .object([("required", .strings(names))]) }
}
