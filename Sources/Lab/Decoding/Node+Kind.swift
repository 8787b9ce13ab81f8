//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import YAML

extension Node {
    /// What a node is to a reader of lab.yaml (YAML 1.2.2, section 10.3).
    enum Kind: Equatable {
        case mapping, sequence, text, null
        case boolean(Bool)
        case integer(Int)
        /// A number that is no whole one, or too large.
        case number
        /// `yes`, `off` and the like: text in YAML 1.2, a truth value in 1.1, so that tools differ.
        case yesOrNo
        /// A tag that lab.yaml has no use for.
        case tagged(String)

        /// With an article, for messages.
        var words: String {
            switch self {
            case .mapping: "a mapping"
            case .sequence: "a list"
            case .text: "text"
            case .null: "nothing"
            case .boolean, .yesOrNo: "a truth value"
            case .integer, .number: "a number"
            case .tagged(let tag): "the tag \(tag)"
            }
        }
    }

    /// The kind of the node, by its tag and style.
    var kind: Kind {
        switch content {
        case .mapping: tag == nil || tag == "tag:yaml.org,2002:map" ? .mapping : .tagged(tag ?? "")
        case .sequence: tag == nil || tag == "tag:yaml.org,2002:seq" ? .sequence : .tagged(tag ?? "")
        case .scalar(let scalar):
            switch tag {
            case Tag.string: .text
            case nil where scalar.style != .plain: .text
            case nil, Tag.int, Tag.bool, Tag.float, Tag.null:
                Self.kind(of: resolved ?? .string(scalar.text), scalar.text)
            case .some(let tag): .tagged(tag)
            }
        }
    }

    private static func kind(of resolved: ResolvedScalar, _ text: String) -> Kind {
        switch resolved {
        case .null: .null
        case .bool(let value): .boolean(value)
        case .int(let value): .integer(value)
        case .float: .number
        case .string: ["y", "n", "yes", "no", "on", "off"].contains(text.lowercased()) ? .yesOrNo : .text
        }
    }
}
