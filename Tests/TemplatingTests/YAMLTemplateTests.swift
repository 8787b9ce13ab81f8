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
import YAML

@Suite struct YAMLTemplateTests {
    @Test func fillsScalarsAndLeavesTheRestAsItIs() throws {
        let template = """
            #cloud-config
            # made by kindling
            name: "{{ node.name }}"
            url: https://{{ host }}/auth
            replicas: 3
            "{{ key }}": 'a {{ host }}'
            """
        let filled = try fill(template, ["node": ["name": "valar-1"], "host": "dex.kidd.network", "key": "k"])
        #expect(filled.text.hasPrefix("#cloud-config\n# made by kindling\n"))
        #expect(!filled.holdsSecret)
        let node = try YAMLParser.document(filled.text, file: "out")
        #expect(node["name"]?.text == "valar-1")
        #expect(node["url"]?.text == "https://dex.kidd.network/auth")
        #expect(filled.text.contains("replicas: 3\n"))
        #expect(node["k"]?.text == "a dex.kidd.network")
    }

    @Test func valuesAreStringsWhateverTheyLookLike() throws {
        for text in ["3", "true", "no", "~", "null", "0755", "1e3", "", "2026-01-01", "<<", "=", ".nan"] {
            let filled = try fill("a: \"{{ v }}\"\nb: x{{ v }}\nc: [\"{{ v }}\"]\n", ["v": .string(text)])
            let node = try YAMLParser.document(filled.text, file: "out")
            guard case .scalar(let scalar)? = node["a"]?.content else {
                Issue.record("not a scalar")
                continue
            }
            #expect(scalar.text == text)
            #expect(scalar.style != .plain, "\(text) must be quoted")
        }
    }

    @Test func typedTagsMakeNumbersAndTruthValues() throws {
        let filled = try fill("port: !int \"{{ port }}\"\non: !bool \"{{ on }}\"\n", ["port": 443, "on": true])
        #expect(filled.text == "port: 443\non: true\n")
        #expect(try failure("port: !int \"{{ p }}\"", ["p": "443: x"]).code == .templateVariableKind)
        #expect(try failure("on: !bool \"{{ p }}\"", ["p": "yes"]).code == .templateVariableKind)
    }

    @Test func rawTakesBracesAsTheyAre() throws {
        let filled = try fill("a: !raw \"{{ .Values.x }}\"\nb: !raw |\n  {{- if }}\n")
        let node = try YAMLParser.document(filled.text, file: "out")
        #expect(node["a"]?.text == "{{ .Values.x }}")
        #expect(node["b"]?.text == "{{- if }}\n")
    }

    @Test func yamlNestsDocumentsThreeDeep() throws {
        let template = """
            write_files:
              - content: !yaml
                  kind: HelmChart
                  spec:
                    valuesContent: !yaml
                      configs:
                        cm:
                          oidc.config: !yaml
                            name: "{{ name }}"
                            rootCA: "{{ pem }}"
            """
        let name = "Dex\n---\nkind: Evil"
        let filled = try fill(template, ["name": .string(name), "pem": "-----BEGIN\nabc\n-----END\n"])
        let outer = try YAMLParser.document(filled.text, file: "out")
        let chart = try YAMLParser.document(outer["write_files"]?.items?.first?["content"]?.text ?? "", file: "chart")
        let values = try YAMLParser.document(chart["spec"]?["valuesContent"]?.text ?? "", file: "values")
        let config = try YAMLParser.document(
            values["configs"]?["cm"]?["oidc.config"]?.text ?? "",
            file: "oidc.config"
        )
        #expect(config["name"]?.text == name)
        #expect(config["rootCA"]?.text == "-----BEGIN\nabc\n-----END\n")
        #expect(filled.text.contains("content: |"))
    }

    @Test func documentsHoldSeveralAndDropWhatIsNothing() throws {
        let template = """
            content: !documents
              - {kind: A}
              - !if {when: no, then: {kind: B}}
              - !each {in: names, as: n, do: {kind: "{{ n }}"}}
              - !include two.yaml
            """
        let filled = try fill(
            template,
            ["no": false, "names": ["C", "D"]],
            others: ["two.yaml": "kind: E\n---\nkind: F\n"]
        )
        let outer = try YAMLParser.document(filled.text, file: "out")
        let inner = try YAMLParser.documents(outer["content"]?.text ?? "", file: "inner")
        #expect(inner.map { $0["kind"]?.text } == ["A", "C", "D", "E", "F"])
    }

    @Test func eachIsSplicedIntoTheSequenceAround() throws {
        let template = """
            list:
              - first
              - !each {in: nodes, as: node, do: "{{ node.name }}"}
              - last
            value: !each {in: nodes, as: node, do: {name: "{{ node.name }}"}}
            empty: !each {in: none, as: node, do: x}
            """
        let filled = try fill(template, ["nodes": [["name": "a"], ["name": "b"]], "none": []])
        let node = try YAMLParser.document(filled.text, file: "out")
        #expect(node["list"]?.items?.map(\.text) == ["first", "a", "b", "last"])
        #expect(node["value"]?.items?.map { $0["name"]?.text } == ["a", "b"])
        #expect(node["empty"]?.items?.isEmpty == true)
    }

    @Test func entriesMakeAMapping() throws {
        let template = "data: !entries {in: files, as: f, key: \"{{ f.key }}\", value: \"{{ f.text }}\"}\n"
        let filled = try fill(template, ["files": [["key": "ca.crt", "text": "1"], ["key": "0a.0", "text": "2"]]])
        let node = try YAMLParser.document(filled.text, file: "out")
        #expect(node["data"]?.pairs?.map { $0.key.text } == ["ca.crt", "0a.0"])
        let twice = try failure(template, ["files": [["key": "a", "text": "1"], ["key": "a", "text": "2"]]])
        #expect(twice.code == .templateInvalid)
    }

    @Test func ifDropsItsKeyOrItemOrTakesTheOtherBranch() throws {
        let template = """
            a: !if {when: yes, then: 1}
            b: !if {when: no, then: 1}
            c: !if {when: no, then: 1, else: 2}
            d:
              - !if {when: no, then: x}
              - !if {when: text, then: "{{ text }}"}
            """
        let filled = try fill(template, ["yes": true, "no": "", "text": "t"])
        #expect(filled.text == "a: 1\nc: 2\nd:\n  - t\n")
    }

    @Test func includeSeesTheSameVariables() throws {
        let filled = try fill(
            "a: !include sub/b.yaml\n",
            ["v": "x"],
            others: ["sub/b.yaml": "# head\nb: \"{{ v }}\"\n"]
        )
        #expect(try YAMLParser.document(filled.text, file: "out")["a"]?["b"]?.text == "x")
    }

    @Test func aSecretMakesTheOutputSecretBearing() throws {
        let secret = TemplateValue.secret(Secret("hunter2"))
        #expect(try fill("a: \"{{ s }}\"", ["s": secret]).holdsSecret)
        #expect(try fill("a: !yaml {b: \"{{ s }}\"}", ["s": secret]).holdsSecret)
        #expect(try !fill("a: !if {when: s, then: x}", ["s": secret]).holdsSecret)
    }

    @Test func severalDocumentsStaySeveral() throws {
        let filled = try fill("a: \"{{ v }}\"\n---\nb: \"{{ v }}\"\n", ["v": "x"])
        #expect(try YAMLParser.documents(filled.text, file: "out").count == 2)
    }
}
