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

@Suite struct RoundTripTests {
    @Test(arguments: 0..<4 as Range<UInt64>)
    func `what is emitted parses back equal, and is emitted the same again`(seed: UInt64) throws {
        let trees = RandomTrees(seed: seed)
        var nodes = 0
        for number in 0..<1500 {
            let tree = trees.tree()
            nodes += tree.all.count
            let text = YAMLEmitter.emit(tree)
            do {
                let parsed = try parse(text)
                #expect(parsed.isSame(as: tree), "tree \(number) of seed \(seed): \(text.debugDescription)")
                #expect(YAMLEmitter.emit(parsed) == text, "tree \(number) of seed \(seed)")
            } catch {
                Issue.record("tree \(number) of seed \(seed): \(error), \(text.debugDescription)")
            }
        }
        #expect(nodes > 20_000)
    }

    @Test func `streams of documents parse back equal`() throws {
        let trees = RandomTrees(seed: 99)
        for _ in 0..<300 {
            let documents = (0..<3).map { _ in trees.tree(depth: 2) }
            let parsed = try YAMLParser.documents(YAMLEmitter.emit(documents: documents), file: "f")
            #expect(parsed.count == 3)
            #expect(zip(parsed, documents).allSatisfy { $0.isSame(as: $1) })
        }
    }

    @Test func `every range of an emitted text reads back as its node`() throws {
        let trees = RandomTrees(seed: 7)
        for _ in 0..<400 {
            let text = YAMLEmitter.emit(.map([("ü", trees.tree()), ("z", trees.tree())]))
            for node in try parse(text).all {
                guard case .scalar(let scalar) = node.content, let part = slice(node, of: text) else { continue }
                switch scalar.style {
                case .literal, .folded:
                    #expect(part.hasPrefix("|") && !part.hasSuffix("\n") || scalar.text.hasSuffix("\n\n"))
                case .plain:
                    #expect(part == scalar.text)
                default:
                    let alone = try parse(part)
                    #expect(alone.resolved == .string(scalar.text))
                    #expect(part.first == part.last && part.utf8.count >= 2)
                }
            }
        }
    }

    /// PyYAML reads YAML 1.1 by an implementation of its own.
    @Test(.enabled(if: Python.hasYAML))
    func `PyYAML reads the same values of the same types`() throws {
        let trees = RandomTrees(seed: 2026)
        let documents = (0..<600).map { _ in trees.tree() }
        let folder = try TemporaryFolder()
        try folder.write(YAMLEmitter.emit(documents: documents), to: "trees.yaml")
        try folder.write(Python.dump, to: "dump.py")
        let result = Tool.shell("python3 \(folder.path)/dump.py \(folder.path)/trees.yaml")
        #expect(result.status == 0)
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == documents.count, "\(result.output.suffix(500))")
        for (line, document) in zip(lines, documents) {
            #expect(line == Python.dump(document), "\(YAMLEmitter.emit(document).debugDescription)")
        }
    }
}

/// A notation of values and types that both sides write.
enum Python {
    static let hasYAML = Tool.isInstalled("python3") && Tool.shell("python3 -c 'import yaml'").status == 0

    static let dump = """
        import struct, sys, yaml
        def dump(v):
            if v is None: return 'n'
            if isinstance(v, bool): return 'b' + str(int(v))
            if isinstance(v, int): return 'i' + str(v)
            if isinstance(v, float): return 'f' + struct.pack('>d', v).hex()
            if isinstance(v, str): return 's' + v.encode('utf-8', 'surrogatepass').hex()
            if isinstance(v, list): return '[' + ','.join(map(dump, v)) + ']'
            if isinstance(v, dict): return '{' + ','.join(dump(k) + ':' + dump(x) for k, x in v.items()) + '}'
            return 'other ' + type(v).__name__
        for document in yaml.safe_load_all(open(sys.argv[1], encoding='utf-8', newline='')):
            print(dump(document))
        """

    static func dump(_ node: Node) -> String {
        switch node.content {
        case .sequence(let items, _): return "[" + items.map(dump).joined(separator: ",") + "]"
        case .mapping(let pairs, _):
            return "{" + pairs.map { dump($0.key) + ":" + dump($0.value) }.joined(separator: ",") + "}"
        case .scalar:
            switch node.resolved {
            case .bool(let value)?: return value ? "b1" : "b0"
            case .int(let value)?: return "i\(value)"
            case .float(let value)?:
                return "f" + Encoding.hex(withUnsafeBytes(of: value.bitPattern.bigEndian) { Array($0) })
            case .string(let text)?: return "s" + Encoding.hex(text.utf8)
            case .null?, nil: return "n"
            }
        }
    }
}
