//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

extension Node {
    /// A string. The emitter quotes it where a plain scalar would mean something else.
    package static func string(_ text: String, style: ScalarStyle = .any) -> Node {
        Node(.scalar(Scalar(text, style)), tag: Tag.string)
    }

    /// A string as a literal block, for PEM and nested documents.
    package static func literal(_ text: String) -> Node { .string(text, style: .literal) }

    /// A string in double quotes, whatever it is.
    package static func quoted(_ text: String) -> Node { .string(text, style: .doubleQuoted) }

    /// An integer.
    package static func int(_ value: Int) -> Node { Node(.scalar(Scalar(String(value), .plain)), tag: Tag.int) }

    /// A truth value.
    package static func bool(_ value: Bool) -> Node {
        Node(.scalar(Scalar(value ? "true" : "false", .plain)), tag: Tag.bool)
    }

    /// Nothing.
    package static var null: Node { Node(.scalar(Scalar("null", .plain)), tag: Tag.null) }

    /// A sequence.
    package static func list(_ items: [Node], style: CollectionStyle = .block) -> Node {
        Node(.sequence(items, style))
    }

    /// A mapping with string keys, in the order given.
    package static func map(_ entries: KeyValuePairs<String, Node>, style: CollectionStyle = .block) -> Node {
        Node(.mapping(entries.map { Pair(.string($0.key), $0.value) }, style))
    }

    /// A mapping with string keys, in the order given.
    package static func map(_ entries: [(String, Node)], style: CollectionStyle = .block) -> Node {
        Node(.mapping(entries.map { Pair(.string($0.0), $0.1) }, style))
    }

    /// The standard tags that the emitter writes by style instead of by name.
    package enum Tag {
        package static let string = "tag:yaml.org,2002:str"
        package static let int = "tag:yaml.org,2002:int"
        package static let bool = "tag:yaml.org,2002:bool"
        package static let float = "tag:yaml.org,2002:float"
        package static let null = "tag:yaml.org,2002:null"
    }
}
