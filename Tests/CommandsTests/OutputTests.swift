//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Support
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
        let path = try folder.write(value.json.text(), to: "value.json")
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

    @Test("wide characters take two columns, and what would steer the terminal is shown by its number")
    func wide() {
        let context = CommandContext.test(RecordedConsole())
        let text = Table(headings: ["id", "name"], rows: [["日本", "x"], ["abc", "y\u{1B}[31m\nz\u{202e}"]])
            .text(style: Style(context: context))
        #expect(text == "ID    NAME\n日本  x\nabc   y\\u001b[31m\\u000az\\u202e\n")
    }

    @Test("a form in KINDLING_OUTPUT that there is none of is an error; the flag wins over it")
    func environment() async throws {
        let harness = try CommandHarness(lab: loopbackLab)
        #expect(await harness.run(["up", "--once"]).status == 0)
        let wrong = await harness.run(["client", "list"], environment: ["KINDLING_OUTPUT": "xml"])
        #expect(wrong.status == 64)
        #expect(wrong.errors.contains("KINDLING_OUTPUT is xml"))
        let json = await harness.run(["client", "list"], environment: ["KINDLING_OUTPUT": "json"])
        #expect(json.output.hasPrefix("["))
        let flag = await harness.run(["client", "list", "--output", "json"], environment: ["KINDLING_OUTPUT": "xml"])
        #expect(flag.output == json.output)
    }

    @Test(
        "every list and show gives one document of JSON or YAML",
        arguments: [
            ["ca", "show"], ["cert", "list"], ["client", "list"], ["client", "show", "web"], ["secret", "list"],
            ["user", "list"], ["user", "show", "ada"], ["key", "list"],
        ]
    )
    func documents(_ command: [String]) async throws {
        let harness = try CommandHarness(lab: loopbackLab)
        #expect(await harness.run(["up", "--once"]).status == 0)
        let json = await harness.run(command + ["--output", "json"])
        let yaml = await harness.run(command + ["--output", "yaml"])
        #expect(json.status == 0)
        // JSON is YAML too: both are to say the same.
        let (left, right) = (
            try YAMLParser.document(json.output, file: "json"), try YAMLParser.document(yaml.output, file: "yaml")
        )
        #expect(left.isSame(as: right), "\(json.output) \(yaml.output)")
    }

    @Test("a line of the server's log is one line, whatever a client sends")
    func serverLog() {
        let values = ["hb.request.id": "17", "status": "200", "method": "GET", "route": "/a\nb c", "ms": "3"]
        let line = ServerLog.line("info", "request", values, at: Date(timeIntervalSince1970: 1_800_000_000))
        #expect(
            line == "2027-01-15T08:00:00Z info request method=GET route=\"/a\\\\u000ab c\" status=200 ms=3 id=17\n"
        )
    }
}
