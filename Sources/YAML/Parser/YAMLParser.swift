//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// Reads YAML (1.1 and 1.2 as libyaml reads it, scalars by the core schema of 1.2) into nodes with positions.
///
/// Aliases are resolved: the node that stands for one is a copy and carries the alias' own range. `<<` is an ordinary
/// key. Refused are duplicate keys, keys that are no scalars, and whatever goes beyond ``YAMLLimits``.
package enum YAMLParser {
    /// All documents of a stream; none for an empty text. `file` names the source in errors.
    package static func documents(
        _ text: String,
        file: String,
        limits: YAMLLimits = .standard
    ) throws(YAMLError) -> [Node] {
        try documents(Array(text.utf8), file: file, limits: limits)
    }

    /// All documents of a stream of bytes, which must be UTF-8.
    package static func documents(
        _ bytes: [UInt8],
        file: String,
        limits: YAMLLimits = .standard
    ) throws(YAMLError) -> [Node] {
        guard bytes.count <= limits.bytes else {
            let start = SourceLocation(file: file, line: 1, column: 1)
            throw YAMLError(.yamlTooLarge, "the text has more than \(limits.bytes) bytes", at: start)
        }
        if bytes.isEmpty { return [] }
        return try bytes.withUnsafeBufferPointer { (buffer) throws(YAMLError) -> [Node] in
            var composer = try Composer(source: SourceMap(buffer, file: file), limits: limits)
            return try composer.documents()
        }
    }

    /// The one document of a text; a null node for an empty text.
    package static func document(
        _ text: String,
        file: String,
        limits: YAMLLimits = .standard
    ) throws(YAMLError) -> Node {
        try document(Array(text.utf8), file: file, limits: limits)
    }

    /// The one document of a text in bytes, which must be UTF-8; a null node for an empty text.
    package static func document(
        _ bytes: [UInt8],
        file: String,
        limits: YAMLLimits = .standard
    ) throws(YAMLError) -> Node {
        let documents = try documents(bytes, file: file, limits: limits)
        if documents.count > 1 {
            throw YAMLError(
                .yamlSeveralDocuments,
                "a second document begins here, where one is expected",
                remedy: "remove the line --- and what follows it, or keep the documents in files of their own",
                at: documents[1].location(in: file) ?? SourceLocation(file: file, line: 1, column: 1)
            )
        }
        let start = SourceMark(line: 1, column: 1, offset: 0)
        let empty = Node(.scalar(.init("", .plain)), range: SourceRange(start: start, end: start))
        return documents.first ?? empty
    }
}
