//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// A YAML node (YAML 1.2, chapter 3): what it says, how it was written and where.
package struct Node: Sendable {
    /// What the node holds.
    package var content: Content
    /// The tag as written (`!int`, `!!str` as `tag:yaml.org,2002:str`), `nil` when there was none.
    package var tag: String?
    /// Where its content stood in its source, quotes and brackets included; `nil` for a node that was built. A literal
    /// or folded block goes from its indicator to the end of its last line, a block collection to the end of its last
    /// value.
    package var range: SourceRange?
    /// Where tag and anchor stood, with the blanks behind them; `nil` when there was neither.
    package var properties: SourceRange?

    /// The three kinds of node.
    package indirect enum Content: Sendable {
        case scalar(Scalar)
        case sequence([Node], CollectionStyle)
        case mapping([Pair], CollectionStyle)
    }

    /// Text, and the way it is written.
    package struct Scalar: Sendable {
        package var text: String
        package var style: ScalarStyle

        package init(_ text: String, _ style: ScalarStyle) {
            self.text = text
            self.style = style
        }
    }

    /// One entry of a mapping, in document order.
    package struct Pair: Sendable {
        package var key: Node
        package var value: Node

        package init(_ key: Node, _ value: Node) {
            self.key = key
            self.value = value
        }
    }

    package init(_ content: Content, tag: String? = nil, range: SourceRange? = nil) {
        self.content = content
        self.tag = tag
        self.range = range
    }

    /// Where the node begins, its tag included, as a place in a file; `nil` for a node that was built.
    package func location(in file: String) -> SourceLocation? {
        (properties ?? range)?.location(in: file)
    }
}

/// How a scalar is written. ``ScalarStyle/any`` lets the emitter choose: plain where that reads back as the same
/// text, a literal block for text of several lines, quotes otherwise.
package enum ScalarStyle: Sendable, Hashable {
    case any, plain, singleQuoted, doubleQuoted, literal, folded
}

/// How a collection is written.
package enum CollectionStyle: Sendable, Hashable {
    case block, flow
}

/// A position in a source: line and column from 1 (columns in Unicode scalars), offset in bytes from 0.
package struct SourceMark: Sendable, Hashable {
    package var line: Int
    package var column: Int
    package var offset: Int

    package init(line: Int, column: Int, offset: Int) {
        self.line = line
        self.column = column
        self.offset = offset
    }

    /// The mark as a place in a file.
    package func location(in file: String) -> SourceLocation {
        SourceLocation(file: file, line: line, column: column)
    }
}

/// A stretch of a source; `end` is the first position after it.
package struct SourceRange: Sendable, Hashable {
    package var start: SourceMark
    package var end: SourceMark

    package init(start: SourceMark, end: SourceMark) {
        self.start = start
        self.end = end
    }

    /// The byte range.
    package var bytes: Range<Int> { start.offset..<end.offset }

    /// The start as a place in a file.
    package func location(in file: String) -> SourceLocation {
        start.location(in: file)
    }
}
