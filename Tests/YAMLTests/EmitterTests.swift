//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Testing
import YAML

@Suite struct EmitterTests {
    @Test(arguments: [
        "", "~", "null", "NULL", "true", "False", "yes", "No", "ON", "off", "y", "N", "<<", "=", ".inf", "-.INF",
        ".NaN",
        "0", "12", "-12", "+1", "0755", "0o17", "0x1F", "0b101", "1_000", "1,000", "1.5", ".5", "5.", "1e3", "1.0e+3",
        "6.02E23", "0.", "12:30:45", "190:20:30.15", "1:1", "2026-01-01", "2026-01-01T12:00:00Z", "2026-1-1 1:2:3",
        "a: b", "a:", ":", ": a", "# x", "a # b", "- x", "-", "?", "? x", " a", "a ", " ", "@a", "`a`", "%a", "!a",
        "&a",
        "*a", "|", ">", "'a'", "\"a\"", "[a", "]a", "{a}", "}", ",a", "---", "--- a", "...", "... a",
        "-----BEGIN X-----",
        "\t", "a\tb", "{{ name }}", "!!str",
    ])
    func `a string that could be something else gets quotes`(text: String) throws {
        let emitted = YAMLEmitter.emit(.list([.string(text)]))
        #expect(emitted.hasPrefix("- \"") || emitted.hasPrefix("- '"), "\(emitted)")
        #expect(try parse(emitted).items?.first?.resolved == .string(text))
        #expect(try parse(YAMLEmitter.emit(.string(text))).resolved == .string(text))
        #expect(try parse(YAMLEmitter.emit(.map([(text, .null)]))).pairs?.first?.key.resolved == .string(text))
        #expect(
            try parse(YAMLEmitter.emit(.list([.string(text)], style: .flow))).items?.first?.resolved == .string(text)
        )
    }

    @Test(arguments: [
        "a", "kidd.network", "https://dex.kidd.network:443/auth?x=1&y=2", "192.168.1.70", "192.168.1.70/24",
        "0.0.0.0:443x",
        "v1.33.6+k3s1", "1.2.3", "dc:a6:32:01:02:03", "--flag", "-x", "a-b", "a#b", "a:b", "a, b", "it's", "say \"x\"",
        "ä€😀",
        "a[0]", "x{y}", "<a>", "a=b", "a!b", "50%", "a@b", "10m", "90d", "1.5h", "null and void", "truely", "0xyz", "_",
        "e3", "2026-01", "2026-01-01a", "/etc/hosts", "C:\\x", "a|b", "..a", "--a", "(x)", "$x", "^x", "~x", "+", ".",
        "1-2",
    ])
    func `a string that is safe stays plain`(text: String) throws {
        #expect(YAMLEmitter.emit(.list([.string(text)])) == "- \(text)\n")
        #expect(try parse("- \(text)\n").items?.first?.resolved == .string(text))
        #expect(
            try parse(YAMLEmitter.emit(.list([.string(text)], style: .flow))).items?.first?.resolved == .string(text)
        )
    }

    @Test(
        arguments: [
            ("a\nb\n", "|\n  a\n  b"),
            ("a\nb", "|-\n  a\n  b"),
            ("a\n\n\n", "|+\n  a\n\n"),
            ("a\n\nb\n", "|\n  a\n\n  b"),
            ("\n\na\n", "|\n\n\n  a"),
            ("  a\nb\n", "|2\n    a\n  b"),
            ("\n  a\n", "|2\n\n    a"),
            ("\ta\n", "|2\n  \ta"),
            ("  a", nil),
            ("   \na\n", "|2\n     \n  a"),
            ("a\n  \nb\n", "|\n  a\n    \n  b"),
            ("a\n  ", #""a\n  ""#),
            ("a\n  \n", #""a\n  \n""#),
            ("\n", #""\n""#),
            (" \n ", #"" \n ""#),
            ("a\r\nb\n", #""a\r\nb\n""#),
            ("a\u{1}\nb", #""a\u0001\nb""#),
            ("a\u{2028}\nb", #""a\u2028\nb""#),
            ("a\u{feff}\nb", #""a\ufeff\nb""#),
            ("a\u{85}\nb", #""a\u0085\nb""#),
            ("# a\n- b: c\n---\n...\n", "|\n  # a\n  - b: c\n  ---\n  ..."),
            ("a\tb\u{e9}\n", "|\n  a\tb\u{e9}"),
        ] as [(String, String?)]
    )
    func `text of several lines becomes a literal block where one can hold it`(text: String, block: String?) throws {
        let node = Node.map([("k", .string(text)), ("z", .int(1))])
        let emitted = YAMLEmitter.emit(node)
        #expect(emitted == "k: \(block ?? "\"\(text)\"")\nz: 1\n")
        #expect(try parse(emitted).isSame(as: node))
        #expect(try parse(YAMLEmitter.emit(.string(text))).resolved == .string(text))
    }

    @Test func `a literal is a block for one line too`() {
        #expect(YAMLEmitter.emit(.map(["k": .literal("a")])) == "k: |-\n  a\n")
        #expect(YAMLEmitter.emit(.map(["k": .literal("a\n")])) == "k: |\n  a\n")
        #expect(YAMLEmitter.emit(.map(["k": .literal(" a")])) == "k: |2-\n   a\n")
        #expect(YAMLEmitter.emit(.map(["k": .literal("")])) == "k: \"\"\n")
        #expect(YAMLEmitter.emit(.literal("a\n")) == "|\n  a\n")
        #expect(YAMLEmitter.emit(.literal(" a\n\n")) == "|2+\n   a\n\n")
    }

    @Test func `quotes are as asked for`() {
        #expect(YAMLEmitter.emit(.quoted("a")) == "\"a\"\n")
        #expect(YAMLEmitter.emit(.quoted("a\n\"\\\t\r\0\u{1f}é😀")) == #""a\n\"\\\t\r\u0000\u001fé😀""# + "\n")
        #expect(YAMLEmitter.emit(.string("it's", style: .singleQuoted)) == "'it''s'\n")
        #expect(YAMLEmitter.emit(.string("a\tb", style: .singleQuoted)) == "\"a\\tb\"\n")
        #expect(YAMLEmitter.emit(.string("5", style: .plain)) == "\"5\"\n")
        #expect(YAMLEmitter.emit(.string("{\"a\": 1}")) == "'{\"a\": 1}'\n")
    }

    @Test func `a long line is never wrapped`() throws {
        let text = String(repeating: "words and ", count: 500) + "end"
        #expect(YAMLEmitter.emit(.map(["k": .string(text)])) == "k: \(text)\n")
        #expect(YAMLEmitter.emit(.map(["k": .quoted(text)])) == "k: \"\(text)\"\n")
        #expect(YAMLEmitter.emit(.map(["k": .string(text, style: .folded)])) == "k: \(text)\n")
        #expect(YAMLEmitter.emit(.map(["k": .literal(text + "\n")])) == "k: |\n  \(text)\n")
    }

    @Test func `blocks are indented by two, lists below a key too`() throws {
        let node = Node.map([
            ("map", .map(["a": .int(1), "b": .map(["c": .null])])),
            (
                "list",
                .list([
                    .string("x"), .map(["a": .bool(true), "b": .list([.int(1), .list([.int(2)])])]), .list([.list([])]),
                ])
            ),
            ("empty", .map([(String, Node)]())),
            ("none", .list([])),
            (
                "flow",
                .map(["a": .list([.int(1), .string("b, c")]), "d": .map([("e", .string("f\ng"))])], style: .flow)
            ),
            ("text", .list([.string("a\nb\n"), .map(["k": .string(" c\nd")])])),
        ])
        let expected = """
            map:
              a: 1
              b:
                c: null
            list:
              - x
              - a: true
                b:
                  - 1
                  - - 2
              - - []
            empty: {}
            none: []
            flow: {a: [1, "b, c"], d: {e: "f\\ng"}}
            text:
              - |
                a
                b
              - k: |2-
                   c
                  d

            """
        #expect(YAMLEmitter.emit(node) == expected)
        #expect(try parse(expected).isSame(as: node))
    }

    @Test(arguments: [
        "a: yes\nb: 0755\nc: 1e3\nd: 12:30:45\ne:\nf: ~\ng: 2026-01-01\nh: x: y\n".replacing("h: x: y\n", with: ""),
        "- null\n-\n- - a\n  -\n",
        "a: !x b\nc: !y\n  - 1\nd: !z {a: 1}\ne: !w\n  f: g\nh:\n  - !v\n    i: j\n  - !u\n    - k\n",
        "!x\na: 1\n",
        "!x [1, !y 2, !z {a: !w \"\"}]\n",
        "a: !x |\n  b\n",
        "? \(String(repeating: "k", count: 1100))\n: a: 1\n  b: 2\n",
        "? \(String(repeating: "k", count: 1100))\n: - a\n  - |2\n     b\n",
        "{? \(String(repeating: "k", count: 1100)) : 1, b: 2}\n",
        "!x a: 1\n!y b: 2\n",
        "a: 'x'\nb: \"y\"\nc: z\nd: |-\n  w\n",
        "plain text\n",
        "null\n",
        "a: !!foo b\nc: !<tag:example.org,2026:z> d\n".replacing(
            "tag:example.org,2026",
            with: "tag:example.org%2C2026"
        ),
    ])
    func `what is written in the emitter's manner comes out as it was`(text: String) throws {
        #expect(try YAMLEmitter.emit(parse(text)) == text)
    }

    @Test func `typed values are plain where both versions agree and carry their tag otherwise`() throws {
        func scalar(_ text: String, _ tag: String) -> String {
            YAMLEmitter.emit(Node(.scalar(.init(text, .any)), tag: tag))
        }
        #expect(scalar("5", Node.Tag.int) == "5\n")
        #expect(scalar("0755", Node.Tag.int) == "755\n")
        #expect(scalar("0x1F", Node.Tag.int) == "31\n")
        #expect(scalar("True", Node.Tag.bool) == "True\n")
        #expect(scalar("", Node.Tag.null) == "null\n")
        #expect(scalar("1.5", Node.Tag.float) == "1.5\n")
        #expect(scalar("-.inf", Node.Tag.float) == "-.inf\n")
        #expect(scalar("1.0e+3", Node.Tag.float) == "1.0e+3\n")
        #expect(scalar("1e3", Node.Tag.float) == "!!float \"1e3\"\n")
        #expect(scalar("5", Node.Tag.float) == "!!float \"5\"\n")
        #expect(scalar(".5", Node.Tag.float) == "!!float \".5\"\n")
        for text in ["1e3", "5", ".5", "5.", "1.5", "-.INF", "1.e3"] {
            let node = Node(.scalar(.init(text, .any)), tag: Node.Tag.float)
            #expect(try parse(YAMLEmitter.emit(node)).isSame(as: node))
        }
    }

    @Test func `tags with odd characters survive`() throws {
        for tag in ["!a b", "!x!y", "!é", "!a,b", "tag:example.org,2026:x", "!!x", "urn:<a>"] {
            let node = Node(.scalar(.init("v", .any)), tag: tag)
            #expect(try parse(YAMLEmitter.emit(.list([node]))).items?.first?.tag == tag)
        }
    }

    @Test func `documents are parted by three hyphens`() throws {
        let documents: [Node] = [.map(["a": .int(1)]), .string("x\n\n"), .null, .string(""), .list([])]
        let text = YAMLEmitter.emit(documents: documents)
        #expect(text == "a: 1\n---\n|+\n  x\n\n---\nnull\n---\n\"\"\n---\n[]\n")
        let parsed = try YAMLParser.documents(text, file: "f")
        #expect(parsed.count == documents.count)
        #expect(zip(parsed, documents).allSatisfy { $0.isSame(as: $1) })
        #expect(YAMLEmitter.emit(documents: []) == "")
    }
}
