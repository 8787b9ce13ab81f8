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

@Suite struct RefusalTests {
    struct Case: CustomTestStringConvertible {
        var text: String
        var code: ErrorCode
        var line: Int
        var column: Int
        var words: String
        var testDescription: String { text.debugDescription }

        init(_ text: String, _ code: ErrorCode, _ line: Int, _ column: Int, _ words: String) {
            self.text = text
            self.code = code
            self.line = line
            self.column = column
            self.words = words
        }
    }

    static let cases = [
        // Keys.
        Case(
            "a: 1\nb: 2\na: 3\n",
            .yamlDuplicateKey,
            3,
            1,
            "the key \"a\" stands twice in this mapping, first in line 1"
        ),
        Case("a: 1\n\"a\": 3\n", .yamlDuplicateKey, 2, 1, "the key \"a\""),
        Case("'é': 1\n\"\\u00e9\": 3\n", .yamlDuplicateKey, 2, 1, "the key \"é\""),
        Case("{a: 1, b: {c: 1, c: 2}}", .yamlDuplicateKey, 1, 18, "the key \"c\""),
        Case("1: a\n0x1: b\n", .yamlDuplicateKey, 2, 1, "first in line 1"),
        Case("1: a\n\"1\": b\n", .yamlDuplicateKey, 2, 1, "first in line 1"),
        Case("~: a\nnull: b\n", .yamlDuplicateKey, 2, 1, "first in line 1"),
        Case("&k a: 1\n*k : 2\n", .yamlDuplicateKey, 2, 1, "the key \"a\""),
        Case("[a, b]: 1\n", .yamlComplexKey, 1, 1, "a key must be a scalar"),
        Case("? {a: b}\n: 1\n", .yamlComplexKey, 1, 3, "a key must be a scalar"),
        Case("a: {{ name }}\n", .yamlComplexKey, 1, 5, "a key must be a scalar"),
        // Tabs.
        Case("a:\n\tb: 1\n", .yamlTab, 2, 1, "a tab stands where the indentation belongs"),
        Case("a: 1\n\tb: 1\n", .yamlTab, 2, 1, "a tab"),
        Case("a:\n  b: 1\n\tc: 1\n", .yamlTab, 3, 1, "a tab"),
        Case("a: \"x\"\n\tb: 1\n", .yamlTab, 2, 1, "a tab"),
        Case("a:\n  -\tb: 1\n", .yamlTab, 2, 4, "a tab"),
        Case("a: |\n\tx\n", .yamlTab, 2, 1, "a tab"),
        // Aliases.
        Case("a: *x\n", .yamlAlias, 1, 4, "the alias *x names nothing: there is no anchor &x before it"),
        Case("a: &x [1, *x]\n", .yamlAlias, 1, 11, "the alias *x stands inside the node that it names"),
        Case("a: &x 1\n---\nb: *x\n", .yamlAlias, 3, 4, "names nothing"),
        Case("a: **bold**\n", .yamlSyntax, 1, 5, "a name of letters"),
        // Syntax.
        Case("a: b: c\n", .yamlSyntax, 1, 5, "a ':' is not allowed here"),
        Case("a: \"b\n", .yamlSyntax, 1, 4, "the quotes that open here are never closed"),
        Case("x: 1\na: 'b\n---\nc: 1\n", .yamlSyntax, 2, 4, "the quotes that open here"),
        Case("a: [1, 2\nb: 3\n", .yamlSyntax, 2, 2, "the closing ']' of the list that begins in line 1"),
        Case("a: {b: 1\nc: 3\n", .yamlSyntax, 2, 2, "the closing '}' of the mapping that begins in line 1"),
        Case("a:\n  b: 1\n c: 2\n", .yamlSyntax, 3, 2, "look at the indentation"),
        Case("a: 1\n b: 2\n", .yamlSyntax, 2, 3, "a ':' is not allowed here"),
        Case("- a\nb: 1\n", .yamlSyntax, 2, 1, "no item of the list that begins in line 1"),
        Case("a: 1\nb\nc: 2\n", .yamlSyntax, 2, 1, "there is no ':' after this key"),
        Case("a: @b\n", .yamlSyntax, 1, 4, "a value cannot begin with @"),
        Case("a: `b`\n", .yamlSyntax, 1, 4, "a value cannot begin with `"),
        Case("a: %b\n", .yamlSyntax, 1, 4, "a value cannot begin with %"),
        Case("a: \"\\d\"\n", .yamlSyntax, 1, 5, "there is no such escape"),
        Case("a: \"\\xzz\"\n", .yamlSyntax, 1, 7, "this escape names no character"),
        Case("a: - b\n", .yamlSyntax, 1, 4, "a list item is not allowed here"),
        Case("a: | x\n", .yamlSyntax, 1, 6, "the text after | or > begins on the next line"),
        Case("a: !e!x 1\n", .yamlSyntax, 1, 4, "not declared by a %TAG line"),
        Case("%YAML 3.0\n---\na: 1\n", .yamlSyntax, 1, 1, "a version of YAML other than"),
        Case("a: 1\n...\nb: 2\n", .yamlSyntax, 3, 1, "the document has ended above"),
        Case("]\n", .yamlSyntax, 1, 1, "a value is missing here"),
        // Types.
        Case("é: !!int abc\n", .yamlWrongType, 1, 10, "\"abc\" is not an integer, as its tag says"),
        Case("a: !!bool yes\n", .yamlWrongType, 1, 11, "\"yes\" is not true or false"),
        Case("a: !!null x\n", .yamlWrongType, 1, 11, "is not null"),
        Case("a: !!float x\n", .yamlWrongType, 1, 12, "is not a number"),
        // Characters.
        Case("a: 1\nb: \u{7}\n", .yamlEncoding, 2, 4, "the character U+0007 is not allowed"),
        Case("é: \u{7f}\n", .yamlEncoding, 1, 4, "the character U+007F is not allowed"),
        Case("é: \u{9f}\n", .yamlEncoding, 1, 4, "the character U+009F is not allowed"),
        Case("a: \u{ffff}\n", .yamlEncoding, 1, 4, "the character U+FFFF is not allowed"),
        Case("a: \0\n", .yamlEncoding, 1, 4, "looks like UTF-16"),
    ]

    @Test(arguments: cases)
    func `bad texts are refused with place and reason`(example: Case) {
        let error = refusal(example.text)
        #expect(error?.code == example.code)
        #expect(
            error?.location == Support.SourceLocation(file: "test.yaml", line: example.line, column: example.column)
        )
        #expect(error?.message.contains(example.words) ?? false, "\(error?.message ?? "")")
        #expect(error?.code.exit == .badInput)
    }

    @Test(arguments: cases)
    func `places are right behind a byte order mark and wide characters`(example: Case) {
        guard !example.text.hasPrefix("%") else { return }
        let error = refusal("\u{feff}# 😀 größer\r\n" + example.text)
        #expect(error?.location?.line == example.line + 1)
        #expect(error?.location?.column == example.column)
    }

    @Test(
        arguments: [
            ([0x61, 0x3a, 0x20, 0xff, 0x0a], 1, 4),
            ([0x61, 0x3a, 0x0a, 0x20, 0xc3], 2, 2),
            ([0xc3, 0xa9, 0xc0, 0x80], 1, 2),
            ([0xed, 0xa0, 0x80], 1, 1),
            ([0xe0, 0x80, 0x80], 1, 1),
            ([0xf0, 0x80, 0x80, 0x80], 1, 1),
            ([0xf4, 0x90, 0x80, 0x80], 1, 1),
            ([0xf5, 0x80, 0x80, 0x80], 1, 1),
            ([0xe2, 0x82], 1, 1),
            ([0x80], 1, 1),
        ] as [([UInt8], Int, Int)]
    )
    func `bytes that are not UTF-8 are refused with their place`(bytes: [UInt8], line: Int, column: Int) {
        let error = #expect(throws: YAMLError.self) { try YAMLParser.documents(bytes, file: "f") }
        #expect(error?.code == .yamlEncoding)
        #expect(error?.location == Support.SourceLocation(file: "f", line: line, column: column))
    }

    @Test func `UTF-16 is named as what it is, with a way out`() {
        let error = #expect(throws: YAMLError.self) {
            try YAMLParser.documents([0xff, 0xfe, 0x61, 0x00], file: "lab.yaml")
        }
        #expect(error?.remedy == "convert it: iconv -f UTF-16 -t UTF-8 lab.yaml")
    }

    @Test func `a near anchor is proposed for an unknown alias`() {
        let error = refusal("a: &server 1\nb: *sever\n")
        #expect(error?.remedy?.contains("did you mean *server?") ?? false)
    }

    @Test func `every other character is taken as it is`() throws {
        let boundaries: [UInt32] = [
            0x20, 0x7e, 0xa0, 0xad, 0x7ff, 0x800, 0x200b, 0x202e, 0xd7ff, 0xe000, 0xfdd0, 0xfefe, 0xfeff, 0xff00,
            0xfffd, 0x1_0000, 0x1_fffe, 0x10_ffff,
        ]
        for value in boundaries {
            let text = "a" + String(try #require(Unicode.Scalar(value))) + "b"
            #expect(try parse("- \"\(text)\"\n- \(text)\n").items?.map(\.text) == [text, text])
        }
        #expect(try parse("\u{feff}").resolved == .null)
        #expect(try parse("\u{feff}a: 1")["a"]?.range?.start == SourceMark(line: 1, column: 4, offset: 6))
    }

    @Test func `a merge key is an ordinary key`() throws {
        let node = try parse("a: &x {b: 1}\nc:\n  <<: *x\n")
        #expect(node["c"]?["<<"]?["b"]?.resolved == .int(1))
    }

    @Test func `an error prints with its place and holds no control characters`() {
        let error = refusal("\"\\u001b[31m\": 1\n\"\\e[31m\": 2\n")
        #expect(error?.description.hasPrefix("test.yaml:2:1: the key \"\\u001b[31m\"") ?? false)
    }

    @Test func `whatever a text is cut to, it is taken or refused with a place inside it`() {
        let source = "a: &x !t [1, \"é\\n\", 'ü']\nb: |2\n    x\n  y\nc: {d: *x, ? e : f}\n- % @\n\t\"\n"
        let bytes = Array(source.utf8)
        for end in bytes.indices {
            for start in [0, 5, 17, 26] where start < end {
                do {
                    for document in try YAMLParser.documents(Array(bytes[start..<end]), file: "f") {
                        for node in document.all { #expect((node.range?.bytes.upperBound ?? .max) <= end - start) }
                    }
                } catch {
                    #expect((error.location?.line ?? .max) <= 9)
                }
            }
        }
    }
}
