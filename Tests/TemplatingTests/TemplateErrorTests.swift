//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import Templating
import Testing

@Suite struct TemplateErrorTests {
    @Test func anUnknownVariableIsShownWhereItStands() throws {
        let error = try failure("a: x\nb:\n  - é {{ host }} {{ nodee.name }}\n", ["host": "h", "node": ["name": "n"]])
        #expect(error.code == .templateVariableUnknown)
        #expect(error.location?.description == "templates/t.yaml:3:18")
        #expect(error.message == "unknown variable `nodee.name`; did you mean `node.name`?")
    }

    @Test func theSecondPartOfANameIsSuggestedToo() throws {
        let error = try failure("a: \"{{ node.nmae }}\"", ["node": ["name": "n"]])
        #expect(error.message.contains("did you mean `node.name`?"))
        #expect(error.location?.description == "templates/t.yaml:1:5")
    }

    @Test func variablesInLiteralBlocksAreFoundByLine() throws {
        let error = try failure("a: |\n  one {{ v }}\n  two {{ w }}\n", ["v": "x"])
        #expect(error.location?.line == 3)
        #expect(error.location?.column == 7)
    }

    @Test func anErrorInAnIncludedTemplateNamesThatTemplate() throws {
        let error = try failure("a: !include b.yaml", [:], others: ["b.yaml": "x: \"{{ gone }}\""])
        #expect(error.location?.description == "templates/b.yaml:1:5")
    }

    @Test(arguments: [
        ("a: {{ v }}", "needs quotes"),
        ("a: \"{{ v\"", "has no `}}`"),
        ("a: \"{{ v w }}\"", "is not the name of a variable"),
        ("a: \"{{ .v }}\"", "is not the name of a variable"),
        ("a: !ech {in: l, as: x, do: y}", "did you mean !each?"),
        ("a: !each {on: l, as: x, do: y}", "!each has no `on`"),
        ("a: !each {in: l, as: x}", "needs `do`"),
        ("a: !each [l]", "needs a mapping"),
        ("a: !each {in: v, as: x, do: y}", "is no list"),
        ("a: !each {in: l, as: x.y, do: y}", "without a dot"),
        ("a: !if {when: \"{{ v }}\", then: x}", "without braces"),
        ("a: !if {then: x}", "needs `when`"),
        ("a: !include gone.yaml", "there is no template gone.yaml"),
        ("a: !include ../secrets.yaml", "there is no template"),
        ("a: !include \"{{ v }}.yaml\"", "there is no template"),
        ("a: !include t.sh", "needs a YAML template"),
        ("a: !documents x", "needs a sequence"),
        ("a: !int [1]", "needs a scalar"),
        ("a: !!int \"{{ v }}\"", "is not an integer"),
        ("a: \"{{ l }}\"", "is no single value"),
        ("{a: 1, \"{{ v }}\": 2}", "stands there twice"),
        ("a: [", ""),
    ])
    func mistakesAreRefused(template: String, message: String) throws {
        let error = try failure(template, ["v": "a", "l": ["1"]], others: ["t.sh": ""])
        #expect("\(error.message) \(error.remedy ?? "")".contains(message), "\(error.message)")
        #expect(error.location?.file == "templates/t.yaml")
    }

    @Test func errorsNeverHoldAValue() throws {
        let secret = TemplateValue.secret(Secret("hunter2"))
        for template in ["a: !int \"{{ s }}\"", "a: !bool \"{{ s }}\"", "a: !each {in: s, as: x, do: y}"] {
            #expect(!"\(try failure(template, ["s": secret]))".contains("hunter2"))
        }
        let blank = TemplateValue.secret(Secret("hunter 2"))
        #expect(!"\(try failure("kernel {{ s }}", ["s": blank], path: "t.ipxe"))".contains("hunter"))
    }

    @Test func circlesAndBombsEnd() throws {
        let circle = try failure("a: !include b.yaml", others: ["b.yaml": "b: !include t.yaml"])
        #expect(circle.code == .templateLimit)
        #expect(circle.message.contains("t.yaml → b.yaml → t.yaml"))

        var chain: [String: String] = ["20.yaml": "x: y"]
        for number in 0..<20 { chain["\(number).yaml"] = "a: !include \(number + 1).yaml" }
        #expect(try failure("a: !include 0.yaml", others: chain).code == .templateLimit)

        var doubling: [String: String] = ["14.yaml": "[x]"]
        for number in 0..<14 {
            let next = "!include \(number + 1).yaml"
            doubling["\(number).yaml"] = "[\(Array(repeating: next, count: 8).joined(separator: ", "))]"
        }
        #expect(try failure("a: !include 0.yaml", others: doubling).code == .templateLimit)

        let large = TemplateValue.string(String(repeating: "x", count: 1 << 20))
        let many = TemplateValue.list(Array(repeating: 1, count: 40))
        let bomb = try failure("a: !each {in: l, as: x, do: \"{{ v }}\"}", ["v": large, "l": many])
        #expect(bomb.code == .templateLimit)
    }
}
