//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import Templating
import TestSupport
import Testing
import YAML

/// The tags that make text of another grammar.
@Suite struct TextTagTests {
    private func text(_ template: String, _ values: [String: TemplateValue]) throws -> String? {
        try YAMLParser.document(fill("a: \(template)\nend: x\n", values).text, file: "out")["a"]?.text
    }

    @Test(arguments: [
        ("a", "a"), ("a b", "a b"), ("", "\"\""), (" a", "\" a\""), ("a\t", "\"a\t\""), ("#a", "\"#a\""), ("a#", "a#"),
        ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("\"", "\"\"\"\""), ("é😀", "é😀"), ("{{ x }}", "{{ x }}"),
        ("e\u{301}", "e\u{301}"),
    ])
    func aFieldOfCSVIsQuotedWhereItMustBe(value: String, field: String) throws {
        #expect(try text("!csv [g, \"{{ v }}\", 3]", ["v": .string(value)]) == "g,\(field),3")
    }

    @Test func linesAreALiteralBlockAndNothingWhenThereIsNone() throws {
        let template = "!lines [first, !each {in: list, as: item, do: !csv [\"{{ item }}\", x]}]"
        let filled = try fill("a: \(template)\n", ["list": ["b", "c,d"]])
        #expect(filled.text == "a: |\n  first\n  b,x\n  \"c,d\",x\n")
        let none = try fill("a: !lines [!each {in: list, as: item, do: x}]\nb: 1\n", ["list": []])
        #expect(none.text == "b: 1\n")
    }

    @Test(arguments: ["a\nb", "\n", "a\rb", "a\0b"], ["!csv [\"{{ v }}\"]", "!lines [\"{{ v }}\"]"])
    func aLineBreakIsRefusedWithItsPlace(value: String, tag: String) throws {
        let error = try failure("x: 1\na: \(tag)\n", ["v": .string(value)])
        #expect(error.code == .templateValueRefused)
        #expect(error.location?.line == 2)
        #expect(error.remedy != nil)
    }

    @Test func joinPutsATextBetweenItems() throws {
        let template = "!join {with: \" || \", of: [!each {in: list, as: item, do: \"{{ item }}\"}]}"
        #expect(try text(template, ["list": ["a", "b"]]) == "a || b")
        #expect(try text(template, ["list": []]) == "")
        #expect(try failure("a: !join {with: x}").message.contains("needs `of`"))
        #expect(try failure("a: !join {with: x, of: [{b: c}]}").message.contains("scalars"))
    }

    @Test func jsonKeepsTypesAndOrder() throws {
        let template = """
            !json
              z: "{{ v }}"
              a: [1, true, null, "1", !int "{{ n }}", !bool "true", ~, [], {}]
              gone: !if {when: none, then: x}
            """
        let json = """
            {
              "z": "x\\"\\n",
              "a": [
                1,
                true,
                null,
                "1",
                7,
                true,
                null,
                [],
                {}
              ]
            }

            """
        #expect(try text(template, ["v": "x\"\n", "n": 7, "none": ""]) == json)
        #expect(try failure("a: !json [1.5]").code == .templateInvalid)
        #expect(try failure("a: !json [.nan]").code == .templateInvalid)
    }

    @Test func jsonOfASecretIsSecretBearing() throws {
        #expect(try fill("a: !json {b: \"{{ s }}\"}", ["s": .secret(Secret("hunter2"))]).holdsSecret)
    }

    @Test(arguments: [
        ("admins", "`\"admins\"`"), ("a b/c@d.e:f_g-h", "`\"a b/c@d.e:f_g-h\"`"), ("`", "`\"\\u0060\"`"),
        ("\"\\'", "`\"\\u0022\\u005c\\u0027\"`"),
        ("${x}#;%{{", "`\"\\u0024\\u007bx\\u007d\\u0023\\u003b\\u0025\\u007b\\u007b\"`"),
        ("é", "`\"\\u00e9\"`"), ("😀", "`\"\\ud83d\\ude00\"`"), ("\n", "`\"\\u000a\"`"),
    ])
    func aLiteralOfJMESPathHoldsNothingThatItsSurroundingsRead(value: String, literal: String) throws {
        #expect(try text("!jmespath \"{{ v }}\"", ["v": .string(value)]) == literal)
    }

    @Test(arguments: ["\"", "'", "`", "\\", "$", "{", "}", "\n", "\u{7f}"]) func plainTextIsRefusedWhereItIsNone(
        value: String
    ) throws {
        #expect(try failure("a: !plain \"x{{ v }}\"", ["v": .string(value)]).code == .templateValueRefused)
    }

    @Test func plainTextIsLeftAsItIs() throws {
        #expect(try text("!plain \"{{ v }}\"", ["v": "Cluster admins, é #1;"]) == "Cluster admins, é #1;")
    }

    @Test func onlyTakesOneItemOrNone() throws {
        let template = "!only {in: list, as: item, for: role admin, do: \"{{ item }}\"}"
        #expect(try text(template, ["list": ["a"]]) == "a")
        #expect(try text(template, ["list": []]) == nil)
        let error = try failure("a: \(template)", ["list": ["a", "b"]])
        #expect(error.code == .templateValueRefused)
        #expect(error.message == "role admin takes one, and `list` has 2")
    }

    @Test func everyRecordOfCSVIsReadBack() throws {
        let random = SeededRandomSource(seed: 3)
        for _ in 0..<400 {
            let fields = (0..<3).map { _ in Nasty.string(random) }
            let isHeld = !fields.contains { $0.unicodeScalars.contains { $0 == "\n" || $0 == "\r" } }
            let values = ["list": TemplateValue.list(fields.map { .string($0) })]
            let record = try? text("!csv [!each {in: list, as: item, do: \"{{ item }}\"}]", values)
            #expect((record != nil) == isHeld)
            if let record { #expect(Self.fields(record) == fields, "\(record.debugDescription)") }
        }
    }

    /// A reader of RFC 4180 of its own.
    private static func fields(_ record: String) -> [String] {
        var fields = [""]
        var isQuoted = false
        var rest = record.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "\"" {
                if isQuoted, rest.first == "\"" {
                    rest.removeFirst()
                    fields[fields.count - 1] += "\""
                } else {
                    isQuoted.toggle()
                }
            } else if scalar == ",", !isQuoted {
                fields.append("")
            } else {
                fields[fields.count - 1].unicodeScalars.append(scalar)
            }
        }
        return fields
    }
}
