//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import TestSupport
import Testing
import YAML

@testable import Lab

/// Whatever the text, the decoder gives a lab or findings that can be shown.
@Suite struct FuzzTests {
    @Test func `mutated trees are judged without a crash`() throws {
        let random = SeededRandomSource(seed: 2026)
        let text = SampleLab.complete
        let document = try YAMLParser.document(text, file: "lab.yaml")
        let source = Source(text: text, file: "lab.yaml")
        for round in 0..<1_000 {
            var mutation = Mutation(random: random, rate: UInt32(20 + round % 200))
            let node = mutation.mutate(document)
            do {
                let (lab, warnings) = try LabDecoder.decode(node, source)
                show(warnings)
                #expect(!lab.name.isEmpty)
            } catch {
                #expect(!error.errors.isEmpty)
                show(error.diagnostics)
            }
        }
    }

    @Test func `mutated bytes are judged without a crash`() throws {
        let random = SeededRandomSource(seed: 1954)
        let whole = Array(SampleLab.complete.utf8)
        for _ in 0..<1_000 {
            var bytes = whole
            for _ in 0...random.below(4) {
                let start = Int(random.below(UInt32(bytes.count)))
                let end = min(bytes.count, start + Int(random.below(12)))
                switch random.below(4) {
                case 0: bytes.removeSubrange(start..<end)
                case 1: bytes.insert(contentsOf: random.bytes(2), at: start)
                case 2: bytes.insert(contentsOf: Array(Mutation.texts[Int(random.below(20))].utf8), at: start)
                default:
                    let other = Int(random.below(UInt32(bytes.count)))
                    bytes.insert(contentsOf: bytes[other..<min(bytes.count, other + 30)], at: start)
                }
                if bytes.isEmpty { bytes = whole }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let findings = Fixture.findings(text)
            show(findings)
            let lines = Source(text: text, file: "").lineCount
            for finding in findings { #expect((1...max(1, lines)).contains(finding.location.line)) }
        }
    }

    private func show(_ findings: [Diagnostic]) {
        for finding in findings {
            #expect(finding.location.line >= 1 && finding.location.column >= 1 && finding.length >= 1)
            #expect(!finding.message.isEmpty && !finding.message.contains("\n"))
            #expect(finding.description.contains("^"))
        }
    }
}

/// Deletes, repeats, replaces and renames nodes at random.
private struct Mutation {
    let random: SeededRandomSource
    /// One in so many nodes is changed.
    let rate: UInt32

    static let texts = [
        "", "~", "yes", "0x10", "-1", "1e9", ".nan", "99999999999999999999", "system:masters", "https://", "http://a/",
        "::", "0.0.0.0/0", "*.a", "10y", "9999999999y", "日本\u{202e}", "a\0b", "\n", "-----BEGIN PRIVATE KEY-----",
    ]

    mutating func mutate(_ node: Node) -> Node {
        if random.below(rate) == 0 { return arbitrary(depth: 0, range: node.range) }
        var node = node
        switch node.content {
        case .scalar: break
        case .sequence(let items, let style):
            var changed: [Node] = []
            for item in items where random.below(rate) != 0 {
                changed.append(mutate(item))
                if random.below(rate) == 0 { changed.append(item) }
            }
            node.content = .sequence(changed, style)
        case .mapping(let pairs, let style):
            var changed: [Node.Pair] = []
            for pair in pairs where random.below(rate) != 0 {
                changed.append(Node.Pair(random.below(rate) == 0 ? mutate(pair.key) : pair.key, mutate(pair.value)))
                if random.below(rate) == 0 { changed.append(pair) }
            }
            node.content = .mapping(changed, style)
        }
        return node
    }

    /// A tree of any shape.
    private func arbitrary(depth: Int, range: SourceRange?) -> Node {
        let text = Self.texts[Int(random.below(UInt32(Self.texts.count)))]
        let size = Int(random.below(3))
        switch random.below(depth > 3 ? 3 : 6) {
        case 0: return Node(.scalar(.init(text, .plain)), range: range)
        case 1: return Node(.scalar(.init(text, .doubleQuoted)), range: range)
        case 2: return Node(.scalar(.init(text, .plain)), tag: "!x", range: range)
        case 3:
            return Node(
                .sequence((0..<size).map { _ in arbitrary(depth: depth + 1, range: range) }, .flow),
                range: range
            )
        default:
            let pairs = (0..<size).map { _ in
                Node.Pair(arbitrary(depth: depth + 1, range: range), arbitrary(depth: depth + 1, range: nil))
            }
            return Node(.mapping(pairs, .block), range: range)
        }
    }
}
