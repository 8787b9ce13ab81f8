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

@Suite struct AliasTests {
    @Test func `an alias is a copy with its own place`() throws {
        let source = "a: &x !t [é, 2]\nb: *x\nc: *x\n"
        let node = try parse(source)
        let copy = try #require(node["b"])
        #expect(copy.tag == "!t")
        #expect(copy.items?.map(\.text) == ["é", "2"])
        #expect(slice(copy, of: source) == "*x")
        #expect(copy.range?.start.line == 2)
        #expect(slice(copy.items?.first, of: source) == "é")
        #expect(copy.properties == nil)
    }

    @Test func `the last anchor of a name counts`() throws {
        let node = try parse("- &x 1\n- *x\n- &x 2\n- *x\n")
        #expect(node.items?.map(\.text) == ["1", "1", "2", "2"])
    }

    @Test func `an anchor may stand on a key`() throws {
        #expect(try parse("&k a: 1\nb: *k\n")["b"]?.text == "a")
    }

    @Test func `an alias bomb is refused before it grows`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...40 {
            text +=
                "a\(level): &a\(level) [" + [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
                + "]\n"
        }
        let error = refusal(text)
        #expect(error?.code == .yamlAliasBomb)
        #expect(error?.location?.line == 6)
    }

    @Test func `a long text repeated by aliases is refused`() {
        let text = "- &x \"" + String(repeating: "x", count: 1 << 20) + "\"\n" + String(repeating: "- *x\n", count: 200)
        #expect(refusal(text)?.code == .yamlAliasBomb)
    }

    @Test func `aliases cannot nest deeper than the text may`() {
        let open = String(repeating: "[", count: 60)
        let close = String(repeating: "]", count: 60)
        #expect(refusal("- &x \(open)\(close)\n- \(open)*x\(close)\n")?.code == .yamlTooDeep)
        var chain = "- &a0 [x]\n"
        for level in 1...200 { chain += "- &a\(level) [*a\(level - 1)]\n" }
        let error = refusal(chain)
        #expect(error?.code == .yamlTooDeep)
        #expect(error?.location?.line == 100)
    }

    @Test func `a hundred levels are taken, one more is refused`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try parse(nested(100))
        let error = refusal(nested(101))
        #expect(error?.code == .yamlTooDeep)
        #expect(error?.location?.column == 101)
        var block = ""
        for level in 0..<101 { block += String(repeating: " ", count: level) + "a:\n" }
        #expect(refusal(block)?.location?.line == 101)
        #expect(refusal(String(repeating: "- ", count: 5000))?.code == .yamlTooDeep)
        #expect(refusal(String(repeating: "{a: ", count: 200_000))?.code == .yamlTooDeep)
    }

    @Test func `too many bytes or values are refused`() {
        let small = YAMLLimits(bytes: 10, depth: 5, nodes: 3, aliasedNodes: 2, aliasedBytes: 100)
        #expect(refusal("a: 12345678", limits: small)?.code == .yamlTooLarge)
        #expect(refusal("[1,2,3]", limits: small)?.code == .yamlTooLarge)
        let error = refusal(String(repeating: " ", count: (10 << 20) + 1))
        #expect(error?.code == .yamlTooLarge)
        #expect(error?.location?.line == 1)
    }
}
