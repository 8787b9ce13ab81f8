//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import TestSupport
import Testing
import YAML

@testable import Commands

@Suite("Printing")
struct OutputTests {
    let value = OutputValue.record([
        ("name", .string("a\"b\\c\n\u{1}é")),
        ("list", .strings(["x", "y"])),
        ("empty", .list([])),
        ("number", .int(3)),
        ("truth", .bool(true)),
        ("nothing", .null),
    ])

    @Test("JSON is what Python reads", .enabled(if: Tool.isInstalled("python3")))
    func json() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(value.json(), to: "value.json")
        let result = Tool.shell(
            "python3 -c 'import json,sys; v=json.load(open(sys.argv[1])); print(v[\"name\"].encode(\"unicode_escape\").decode(), "
                + "v[\"list\"], v[\"empty\"], v[\"number\"], v[\"truth\"], v[\"nothing\"])' \(path)"
        )
        #expect(result.output == "a\"b\\\\c\\n\\x01\\xe9 ['x', 'y'] [] 3 True None\n")
    }

    @Test("YAML parses back")
    func yaml() throws {
        let node = try YAMLParser.document(YAMLEmitter.emit(value.node), file: "value")
        #expect(node["name"]?.text == "a\"b\\c\n\u{1}é")
        #expect(node["list"]?.items?.compactMap(\.text) == ["x", "y"])
        #expect(node["nothing"]?.text == "null")
    }

    @Test("a table has columns as wide as they need and no blanks at line ends")
    func table() {
        let console = RecordedConsole()
        let context = CommandContext.test(console)
        let text = Table(headings: ["id", "name"], rows: [["a", "Long name"], ["longer", "-"]])
            .text(style: Style(context: context))
        #expect(text == "ID      NAME\na       Long name\nlonger  -\n")
    }
}
