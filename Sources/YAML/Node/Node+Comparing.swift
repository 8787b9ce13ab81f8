//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

extension Node {
    /// Whether two nodes say the same: the same kinds, types, values and keys in the same order, wherever they stand
    /// and however they are written.
    package func isSame(as other: Node) -> Bool {
        guard Self.applicationTag(tag) == Self.applicationTag(other.tag) else { return false }
        switch (content, other.content) {
        case (.scalar(let left), .scalar(let right)):
            if Self.applicationTag(tag) != nil { return Self.isEqual(left.text, right.text) }
            return switch (resolved, other.resolved) {
            case (.string(let left)?, .string(let right)?): Self.isEqual(left, right)
            case (.float(let left)?, .float(let right)?): left == right || left.isNaN && right.isNaN
            case (let left, let right): left == right
            }
        case (.sequence(let left, _), .sequence(let right, _)):
            return left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
        case (.mapping(let left, _), .mapping(let right, _)):
            return left.count == right.count
                && zip(left, right).allSatisfy { $0.key.isSame(as: $1.key) && $0.value.isSame(as: $1.value) }
        default:
            return false
        }
    }

    /// The tag, if it is none of those that a node has by its kind and style alone.
    static func applicationTag(_ tag: String?) -> String? {
        guard let tag, !Tag.standard.contains(tag) else { return nil }
        return tag
    }

    /// Scalar by scalar: `String`'s own comparison takes canonically equivalent texts for one.
    private static func isEqual(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }
}

extension Node.Tag {
    static let sequence = "tag:yaml.org,2002:seq"
    static let mapping = "tag:yaml.org,2002:map"
    static let standard: Set<String> = [string, int, bool, float, null, sequence, mapping]
    /// The types that a text can fail to be.
    static let typeNames = [int: "an integer", bool: "true or false", float: "a number", null: "null"]
}
