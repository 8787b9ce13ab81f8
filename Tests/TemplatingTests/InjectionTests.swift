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

@Suite struct InjectionTests {
    /// Every construct that writes a value, with `VALUE` written by the test as a node for comparison.
    private static let template = """
        "{{ v }}": plain key
        plain: a {{ v }} z
        quoted: "{{ v }}"
        single: 'x{{ v }}'
        flow: {inner: ["{{ v }}", "{{ v }}"]}
        literal: |
          before
          {{ v }}
          after
        folded: >
          {{ v }}
        each: !each {in: list, as: item, do: "{{ item }}"}
        entries: !entries {in: list, as: item, key: "k{{ item }}", value: "{{ item }}"}
        nested: !yaml
          one: "{{ v }}"
          two: !yaml {three: "{{ v }}"}
        several: !documents
          - {a: "{{ v }}"}
          - {b: "{{ v }}"}
        condition: !if {when: yes, then: "{{ v }}"}
        included: !include part.yaml
        after: end
        """

    @Test func noValueBreaksOrExtendsADocument() throws {
        let store = try TemplateStore(embedded: ["t.yaml": Self.template, "part.yaml": "part: \"{{ v }}\"\n"])
        let random = SeededRandomSource(seed: 7)
        for round in 0..<400 {
            let value = round < Nasty.pieces.count ? Nasty.pieces[round] : Nasty.string(random)
            let filled = try store.fill("t.yaml", ["v": .string(value), "list": [.string(value)], "yes": true])
            let node = try YAMLParser.document(filled.text, file: "out")
            try expect(node, holds: value)
        }
    }

    private func expect(_ node: Node, holds value: String) throws {
        let keys = [
            value, "plain", "quoted", "single", "flow", "literal", "folded", "each", "entries", "nested", "several",
            "condition", "included", "after",
        ]
        #expect(node.pairs?.map { $0.key.text } == keys, "\(value.debugDescription)")
        #expect(node["plain"]?.text == "a \(value) z", "\(value.debugDescription)")
        for (name, prefix) in [("quoted", ""), ("single", "x"), ("condition", "")] {
            #expect(node[name]?.text == prefix + value, "\(name) \(value.debugDescription)")
        }
        #expect(node["flow"]?["inner"]?.items?.map(\.text) == [value, value])
        #expect(node["literal"]?.text == "before\n\(value)\nafter\n", "\(value.debugDescription)")
        #expect(node["folded"]?.text?.utf8.starts(with: value.utf8) == true, "\(value.debugDescription)")
        #expect(node["each"]?.items?.map(\.text) == [value])
        #expect(node["entries"]?.pairs?.map { [$0.key.text, $0.value.text] } == [["k\(value)", value]])
        #expect(node["included"]?["part"]?.text == value)
        let nested = try YAMLParser.document(node["nested"]?.text ?? "", file: "nested")
        #expect(nested["one"]?.text == value)
        let deepest = try YAMLParser.document(nested["two"]?.text ?? "", file: "deepest")
        #expect(deepest["three"]?.text == value, "\(value.debugDescription)")
        let several = try YAMLParser.documents(node["several"]?.text ?? "", file: "several")
        #expect(several.map { $0.pairs?.map { $0.value.text } } == [[value], [value]])
        #expect(node["after"]?.text == "end")
    }

    @Test(.enabled(if: Tool.isInstalled("sh"))) func aShellReadsEveryValueAsItWas() throws {
        let folder = try TemporaryFolder()
        let random = SeededRandomSource(seed: 11)
        for _ in 0..<60 {
            let value = Nasty.string(random)
            let template = "v={{ v }}\nprintf '%s' \"$v\" >OUT{{ n }}\n"
            let filled = try fill(template, ["v": .string(value), "n": 1], path: "t.sh")
            let script = try folder.write(filled.text, to: "t.sh")
            #expect(Tool.shell("cd \(folder.path) && sh \(script)").status == 0)
            #expect(try Files.read("\(folder.path)/OUT1") == Array(value.utf8), "\(value.debugDescription)")
        }
    }

    /// Random scripts, valid or not: wherever a value is let in, no shell may run a part of it.
    @Test(.enabled(if: Tool.isInstalled("timeout")), arguments: ["sh", "bash"])
    func noShellRunsAValue(shell: String) throws {
        guard Tool.isInstalled(shell) else { return }
        let pieces = [
            "echo ", "a=", "\"", "'", "`", "$(", ")", "${b:-", "}", "$((", "))", "\\", "#", " ", "\n", "cat <<E\n",
            "\nE\n",
            "<<<", ";", "$", "((", "|", "x", "\n", " ", "cat <<-'E'\n", "\n\tE\n", "(", "case x in ", ";; esac",
            "echo \"$b\"",
        ]
        let values = [
            "x'$(touch P)'x", "x\ntouch P\nx", "x`touch P`x", "x\";touch P;x\"", "E\ntouch P\nx", "x';touch P;'x",
            "x))\ntouch P\nx", "x}\ntouch P\nx", "x\\';touch P;x", "x\n\tE\ntouch P;x",
        ]
        let random = SeededRandomSource(seed: 23)
        let folder = try TemporaryFolder()
        var accepted = 0
        for _ in 0..<600 {
            let count = Int(random.below(7))
            let before = (0..<count).map { _ in pieces[Int(random.below(UInt32(pieces.count)))] }.joined()
            let after = pieces[Int(random.below(UInt32(pieces.count)))]
            let value = values[Int(random.below(UInt32(values.count)))]
            guard let filled = try? fill("\(before){{ v }}\(after)\n", ["v": .string(value)], path: "t.sh") else {
                continue
            }
            accepted += 1
            try folder.write(filled.text, to: "t.sh")
            _ = Tool.shell("cd \(folder.path) && timeout 5 \(shell) t.sh")
            #expect(!Files.exists("\(folder.path)/P"), "\(filled.text.debugDescription)")
            try Files.remove("\(folder.path)/P")
        }
        #expect(accepted > 50)
    }
}
