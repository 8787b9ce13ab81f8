//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import Support
import Testing
import YAML

@Suite(.serialized) struct CostTests {
    @Test func `memory is given back, after errors too`() throws {
        let texts = [
            "a: &x [1, 2, {b: c}]\nd: *x\n", "a: [1, 2", "a: 1\na: 2\n", "\tx", "a: *b\n", "- |\n  x\n- 'y",
            "%TAG !e! tag:e,1:\n--- !e!x\n- !f!y z\n",
            String(repeating: "[", count: 300),
        ]
        func growth() throws -> Int {
            let before = try residentPages()
            for text in texts {
                for _ in 0..<400 { _ = try? YAMLParser.documents(text, file: "f") }
            }
            return try residentPages() - before
        }
        // Other tests run beside this one and take memory too, though not in every round; a leak of 100 bytes per text
        // takes 80 pages in each.
        var least = Int.max
        for _ in 0..<60 where least >= 40 { least = min(least, try growth()) }
        #expect(least < 40)
    }

    @Test(arguments: ["one line", "wide characters", "many lines"])
    func `reading is linear in the length of the text`(shape: String) throws {
        func text(_ count: Int) -> String {
            switch shape {
            case "one line": "[" + String(repeating: "\"é\", ", count: count) + "]"
            case "wide characters": String(repeating: "- \"😀 ü\"\n", count: count)
            default: (0..<count).map { "key\($0): é\n" }.joined()
            }
        }
        func seconds(_ count: Int) throws -> Double {
            let bytes = Array(text(count).utf8)
            let clock = ContinuousClock()
            // The better of three, since other tests run beside this one.
            return try (0..<3).map { _ in
                try clock.measure { _ = try YAMLParser.document(bytes, file: "f") }.seconds
            }.min() ?? 0
        }
        let small = try max(seconds(4_000), 0.001)
        let large = try seconds(64_000)
        // 16 times the text; a quadratic reader takes 256 times as long.
        #expect(large / small < 80, "\(small) s, \(large) s")
    }

    @Test func `a hundred levels need little stack`() throws {
        let text = String(repeating: "{a: [", count: 50) + String(repeating: "]}", count: 50)
        try onThread(stack: 512 << 10) {
            guard let node = try? YAMLParser.document(text, file: "f") else { return }
            let used = YAMLEmitter.emit(node)
            _ = node.isSame(as: node)
            _ = used
        }
    }

    /// Runs work on a thread of its own with a stack of so many bytes; it is 8 MiB by default here, less elsewhere.
    private func onThread(stack: Int, _ work: @escaping @Sendable () -> Void) throws {
        final class Work {
            let run: @Sendable () -> Void
            init(_ run: @escaping @Sendable () -> Void) { self.run = run }
        }
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        try #require(pthread_attr_setstacksize(&attributes, stack) == 0)
        let argument = Unmanaged.passRetained(Work(work)).toOpaque()
        let started = pthread_create(
            &thread,
            &attributes,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            },
            argument
        )
        try #require(started == 0)
        pthread_join(thread, nil)
    }

    @Test func `ten mebibytes are read`() throws {
        let line = "- {name: \"größe\", value: [1, 2, 3], text: 'some words that go on for a while, as they do'}\n"
        let count = (10 << 20) / line.utf8.count
        let node = try YAMLParser.document(String(repeating: line, count: count), file: "f")
        #expect(node.items?.count == count)
        let last = try #require(node.items?.last?.range)
        #expect(last.start.line == count)
        #expect(last.bytes.upperBound == count * line.utf8.count - 1)
    }

    private func residentPages() throws -> Int {
        let fields = String(decoding: try Files.read("/proc/self/statm"), as: UTF8.self).split(separator: " ")
        return try #require(Int(fields[1]))
    }
}
