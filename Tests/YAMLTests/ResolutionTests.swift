//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Testing
import YAML

@Suite struct ResolutionTests {
    @Test(
        arguments: [
            ("", .null), ("~", .null), ("null", .null), ("NULL", .null), ("nUll", .string("nUll")),
            ("true", .bool(true)), ("False", .bool(false)), ("tRue", .string("tRue")),
            ("yes", .string("yes")), ("no", .string("no")), ("on", .string("on")), ("y", .string("y")),
            ("0", .int(0)), ("-12", .int(-12)), ("+12", .int(12)), ("0755", .int(755)), ("0o17", .int(15)),
            ("0x1F", .int(31)), ("0xfF", .int(255)), ("0X1F", .string("0X1F")), ("-0x1F", .string("-0x1F")),
            ("0o18", .string("0o18")), ("0b11", .string("0b11")), ("1_000", .string("1_000")), ("0x", .string("0x")),
            ("9223372036854775807", .int(.max)), ("9223372036854775808", .float(9_223_372_036_854_775_808)),
            ("0xFFFFFFFFFFFFFFFF", .float(18_446_744_073_709_551_616)),
            ("1.5", .float(1.5)), ("-.5", .float(-0.5)), ("5.", .float(5)), ("1e3", .float(1000)),
            ("1.e-3", .float(0.001)),
            ("+1E+2", .float(100)), (".inf", .float(.infinity)), ("-.INF", .float(-.infinity)), (".", .string(".")),
            ("e3", .string("e3")), ("1e", .string("1e")), ("1.2.3", .string("1.2.3")), ("-", .string("-")),
            ("12:30:45", .string("12:30:45")), ("2026-01-01", .string("2026-01-01")), ("inf", .string("inf")),
            ("١", .string("١")),
        ] as [(String, ResolvedScalar)]
    )
    func `plain scalars follow the core schema`(text: String, value: ResolvedScalar) {
        #expect(Node(.scalar(.init(text, .plain))).resolved == value)
        #expect(Node(.scalar(.init(text, .doubleQuoted))).resolved == .string(text))
        #expect(Node(.scalar(.init(text, .any))).resolved == .string(text))
        #expect(Node(.scalar(.init(text, .plain)), tag: Node.Tag.string).resolved == .string(text))
        #expect(Node(.scalar(.init(text, .plain)), tag: "!other").resolved == .string(text))
    }

    @Test func `not a number is a float`() {
        guard case .float(let value)? = Node(.scalar(.init(".NaN", .plain))).resolved else {
            Issue.record("no float")
            return
        }
        #expect(value.isNaN)
    }

    @Test func `standard tags set the type, whatever the style`() throws {
        let node = try parse("- !!int \"5\"\n- !!str 5\n- !!float 5\n- !!bool 'true'\n- ! 5\n- !!null ''\n- !x 5\n")
        #expect(
            node.items?.map(\.resolved) == [
                .int(5), .string("5"), .float(5), .bool(true), .string("5"), .null, .string("5"),
            ]
        )
    }

    @Test func `a collection has no scalar value`() {
        #expect(Node.list([]).resolved == nil)
    }

    @Test func `built nodes have their types`() {
        #expect(Node.int(-3).resolved == .int(-3))
        #expect(Node.bool(false).resolved == .bool(false))
        #expect(Node.null.resolved == .null)
        #expect(Node.string("5").resolved == .string("5"))
    }

    @Test func `comparison looks at values, not at style or place`() throws {
        let left = try parse("a: [1, 'x', 0x10]\nb: ~\n")
        let right = try parse("\n{\"a\": [0x1, x, 16], b: }\n")
        #expect(left.isSame(as: right))
        #expect(left.isSame(as: .map(["a": .list([.int(1), .string("x"), .int(16)]), "b": .null])))
    }

    @Test(arguments: [
        ("a", "'1'"), ("1", "'1'"), ("1", "1.0"), ("[1]", "[1, 2]"), ("{a: 1}", "{b: 1}"),
        ("{a: 1, b: 2}", "{b: 2, a: 1}"),
        ("!x a", "a"), ("!x a", "!y a"), ("null", "'null'"), ("[]", "{}"), ("\"e\\u0301\"", "\"\\u00e9\""),
    ])
    func `different values are not the same`(left: String, right: String) throws {
        #expect(!(try parse(left).isSame(as: parse(right))))
    }
}
