//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Writes nodes as YAML that every parser of 1.1 and 1.2 reads back as the same values.
///
/// Blocks are indented by two spaces, lists below a key too; a collection is written in flow style where its node says
/// so, or stands in one that does. No line is ever wrapped. The same node gives the same bytes.
///
/// A string gets quotes where the plain words could be read as another type or as syntax. A node without a tag whose
/// style is ``ScalarStyle/plain`` is no string but what its words say, and is written as it is.
package enum YAMLEmitter {
    /// One document, with a line feed at its end and no `---` before it.
    package static func emit(_ node: Node) -> String {
        var writer = BlockWriter()
        writer.write(node, in: -2, after: .nothing)
        return writer.text
    }

    /// Several documents with a line `---` between them.
    package static func emit(documents: [Node]) -> String {
        documents.map { emit($0) }.joined(separator: "---\n")
    }

    /// A text in double quotes, in one line.
    static func doubleQuoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case let scalar where PlainText.isPrintable(scalar): quoted.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            }
        }
        return quoted + "\""
    }
}
