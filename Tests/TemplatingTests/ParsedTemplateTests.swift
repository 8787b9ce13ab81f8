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

@testable import Templating

@Suite struct ParsedTemplateTests {
    @Test func `a template gives the same whenever and by whomever it is filled`() async throws {
        let store = try TemplateStore(embedded: [
            "a.yaml": "x: \"{{ v }}\"\nlist: !each {in: items, as: item, do: \"{{ item }}\"}\nkept: [1, two]\n",
            "b.sh": "name={{ v }}\n",
        ])
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<64 {
                group.addTask {
                    let values: [String: TemplateValue] = ["v": .string("v\(number)"), "items": ["a", "b"]]
                    return try store.fill("a.yaml", values).text + store.fill("b.sh", values).text
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(
            texts
                == Set((0..<64).map { "x: v\($0)\nlist:\n  - a\n  - b\nkept: [1, two]\nname='v\($0)'\n" })
        )
    }

    @Test func `a template that is wrong is wrong every time`() throws {
        let store = try TemplateStore(embedded: ["a.yaml": "x: !if {when: v}\n", "b.yaml": "x: {{ v }}\n"])
        for _ in 0..<2 {
            for path in ["a.yaml", "b.yaml"] {
                let error = try #require(throws: TemplateError.self) { try store.fill(path, ["v": "1"]) }
                #expect(error.location?.line == 1)
            }
        }
    }

    @Test func `a mapping and its first key are told apart`() throws {
        let store = try TemplateStore(embedded: ["a.yaml": "\"{{ v }}\": 1\nother: {\"{{ v }}\": 2, plain: {a: b}}\n"])
        #expect(try store.fill("a.yaml", ["v": "k"]).text == "k: 1\nother: {k: 2, plain: {a: b}}\n")
        #expect(try store.fill("a.yaml", ["v": "l"]).text == "l: 1\nother: {l: 2, plain: {a: b}}\n")
    }

    @Test func `an inner name hides an outer one, and only inside`() throws {
        let store = try TemplateStore(embedded: [
            "a.yaml": "in: !each {in: items, as: v, do: \"{{ v }}\"}\nout: \"{{ v }}\"\n"
        ])
        #expect(try store.fill("a.yaml", ["v": "outer", "items": ["x"]]).text == "in:\n  - x\nout: outer\n")
    }
}
