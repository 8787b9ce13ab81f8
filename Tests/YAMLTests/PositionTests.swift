//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import Testing
import YAML

@Suite struct PositionTests {
    @Test(arguments: [
        ("a: plain text  # comment\n", "plain text"),
        ("a: \"é \\\" x\" # c\n", "\"é \\\" x\""),
        ("a:   'it''s'\n", "'it''s'"),
        ("\u{feff}é: wörld\n", "wörld"),
        ("# 😀 über\r\né: x\r\nb: 1\r\n", "x"),
        ("a: one\n  two\nb: 1\n", "one\n  two"),
        ("a: \"one\n  two\"\nb: 1\n", "\"one\n  two\""),
        ("a: !int 5\n", "5"),
        ("a: !int \"{{ x }}\" # c\n", "\"{{ x }}\""),
        ("a: &x !t\n  # comment\n  v\n", "v"),
        ("a: ! v\n", "v"),
        ("a: !t\nb: 1\n", ""),
        ("a:\nb: 1\n", ""),
        ("a: [1, é, {b: c}] # d\n", "[1, é, {b: c}]"),
        ("a: &x [\n  1\n]\n", "[\n  1\n]"),
        ("a:\n- é\n- b\n\n# end\n", "- é\n- b"),
        ("a:\n  b: 1\n  c: 'ä'  \n\n# end\nd: 1\n", "b: 1\n  c: 'ä'"),
        ("a: !map\n  b: 1\n", "b: 1"),
        ("a: |\n  ü\n  y\n\n\n# c\nb: 1\n", "|\n  ü\n  y"),
        ("a: |  \n  x\nb: 1\n", "|  \n  x"),
        ("a: |-\n  x\n\nb: 1\n", "|-\n  x"),
        ("a: |+\n  x\n\n\nb: 1\n", "|+\n  x\n\n"),
        ("a: |2 # c\n    x\n  y\nb: 1\n", "|2 # c\n    x\n  y"),
        ("a: |\n  x", "|\n  x"),
        ("a: |\n  x\n    \n\nb: 1\n", "|\n  x\n    "),
        ("a: |\r\n  x\r\n  y\r\n\r\nb: 1\r\n", "|\r\n  x\r\n  y"),
        ("a: |\nb: 1\n", "|"),
        ("a: |+\n\n\nb: 1\n", "|+\n\n"),
        ("a: >\n  x\n  y\n\n  z\n\n\nb: 1\n", ">\n  x\n  y\n\n  z"),
        ("a: >+\n  x\n\n\nb: 1\n", ">+\n  x\n\n"),
        ("a: >-\n  x\n\n\nb: 1\n", ">-\n  x"),
        ("a: !t |\n  x\n", "|\n  x"),
        ("k: &q z\na: *q # c\n", "*q"),
    ])
    func `the range of a value covers its bytes and nothing else`(source: String, value: String) throws {
        let node = try parse(source)
        let found = node["a"] ?? node["é"]
        #expect(slice(found, of: source) == value)
    }

    @Test func `lines and columns count from one, columns in characters, without the byte order mark`() throws {
        let source = "\u{feff}é: 1\r\nä:\r\n  - 😀: x\r\n"
        let root = try parse(source)
        let first = try #require(root["é"]?.range)
        #expect(first.start == SourceMark(line: 1, column: 4, offset: 3 + 4))
        #expect(first.end == SourceMark(line: 1, column: 5, offset: 3 + 5))
        let nested = try #require(root["ä"]?.items?.first?["😀"]?.range)
        #expect(nested.start.line == 3)
        #expect(nested.start.column == 8)
        #expect(slice(root["ä"]?.items?.first?.pairs?.first?.key, of: source) == "😀")
        #expect(nested.location(in: "f.yaml").description == "f.yaml:3:8")
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func `each kind of line break counts as one`(lineBreak: String) throws {
        let source = ["# ü", "a: 1", "", "b:", "  c: é", "d: |", "  x", "  y", "e: 2", ""].joined(separator: lineBreak)
        let root = try parse(source)
        #expect(
            root["b"]?["c"]?.range?.start
                == SourceMark(
                    line: 5,
                    column: 6,
                    offset: Array(source.utf8).firstRange(of: Array("é".utf8))?.lowerBound ?? -1
                )
        )
        #expect(root["e"]?.range?.start.line == 9)
        #expect(root["d"]?.text == "x\ny\n")
        #expect(slice(root["d"], of: source) == ["|", "  x", "  y"].joined(separator: lineBreak))
    }

    @Test func `tag and anchor have a range of their own`() throws {
        let source = "a: &x !int\n  5\n"
        let node = try #require(try parse(source)["a"])
        #expect(node.properties?.bytes == 3..<13)
        #expect(node.location(in: "f")?.description == "f:1:4")
        #expect(node.range?.start == SourceMark(line: 2, column: 3, offset: 13))
        #expect(try parse("a: 5")["a"]?.properties == nil)
    }

    @Test func `a pair without braces in a flow list ends with its value`() throws {
        let source = "[a: é  , b: [c]  ]"
        let items = try #require(try parse(source).items)
        #expect(items.map { slice($0, of: source) } == ["a: é", "b: [c]"])
        #expect(try YAMLEmitter.emit(parse(source)) == "[{a: é}, {b: [c]}]\n")
    }

    @Test func `every document has its own positions`() throws {
        let source = "a: 1\n---\nb: ö\n...\n---\n- c\n"
        let documents = try YAMLParser.documents(source, file: "f")
        #expect(documents.count == 3)
        #expect(slice(documents[1]["b"], of: source) == "ö")
        #expect(
            documents[2].items?.first?.range?.start
                == SourceMark(line: 6, column: 3, offset: Array(source.utf8).count - 2)
        )
    }

    @Test func `an empty text is a null with a position, and no document of a stream`() throws {
        #expect(try YAMLParser.documents("", file: "f").isEmpty)
        #expect(try YAMLParser.documents("# nothing\n", file: "f").isEmpty)
        let node = try parse("")
        #expect(node.resolved == .null)
        #expect(node.range?.start == SourceMark(line: 1, column: 1, offset: 0))
        #expect(try parse("---\n").resolved == .null)
    }

    @Test func `more than one document where one is expected is refused`() {
        let error = #expect(throws: YAMLError.self) { try parse("a: 1\n---\nb: 2\n") }
        #expect(error?.code == .yamlSeveralDocuments)
        #expect(error?.location?.line == 3)
    }

    @Test func `styles and tags are kept`() throws {
        let root = try parse("{a: [1], b: !x 'y'}")
        guard case .mapping(_, .flow) = root.content, case .sequence(_, .flow)? = root["a"]?.content else {
            Issue.record("not in flow style")
            return
        }
        #expect(root["b"]?.tag == "!x")
        let block = try parse("a: !!str 5\nb: >-\n  x\nc: !<tag:example.org,2026:z> 1\n")
        guard case .mapping(_, .block) = block.content, case .scalar(let folded)? = block["b"]?.content else {
            Issue.record("not in block style")
            return
        }
        #expect(folded.style == .folded)
        #expect(block["a"]?.tag == Node.Tag.string)
        #expect(block["c"]?.tag == "tag:example.org,2026:z")
    }
}
