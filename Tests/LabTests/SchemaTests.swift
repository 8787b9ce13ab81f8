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

@Suite struct SchemaTests {
    /// The schema as a tree; JSON is YAML.
    private func schema() throws -> Node { try YAMLParser.document(LabSchema.json(), file: "schema.json") }

    @Test func `the schema names its draft and refuses unknown keys`() throws {
        let schema = try schema()
        #expect(schema["$schema"]?.text == "https://json-schema.org/draft/2020-12/schema")
        #expect(schema["additionalProperties"]?.resolved == .bool(false))
        #expect(schema["required"]?.items?.compactMap(\.text) == ["lab", "domain", "identity"])
        #expect(LabSchema.json().hasSuffix("}\n"))
    }

    @Test func `the schema has the keys that the decoder accepts, and no others`() throws {
        var shapes = ShapeWalk()
        shapes.walk(.object(LabShape.lab), "")
        var schemas = SchemaWalk()
        schemas.walk(try schema(), "")
        #expect(shapes.keys.count > 130)
        #expect(schemas.keys == shapes.keys)
        #expect(schemas.required == shapes.required)
    }

    @Test func `every key has a description of one sentence`() {
        var shapes = ShapeWalk()
        shapes.walk(.object(LabShape.lab), "")
        for (path, summary) in shapes.summaries {
            #expect(summary.first?.isUppercase == true && summary.hasSuffix(".") || summary.hasSuffix("…"), "\(path)")
        }
    }

    @Test func `the complete labs have every key`() throws {
        var shapes = ShapeWalk()
        shapes.walk(.object(LabShape.lab), "")
        var present: Set<String> = []
        for text in Self.completeLabs {
            Self.collect(try YAMLParser.document(text, file: "lab.yaml"), "", &present)
        }
        let missing = shapes.keys.subtracting(present)
        #expect(missing.isEmpty, "\(missing.sorted())")
    }

    @Test func `whatever key is taken away, the lab is another one or none`() throws {
        for text in Self.completeLabs {
            let source = Source(text: text, file: "lab.yaml")
            let document = try YAMLParser.document(text, file: "lab.yaml")
            let whole = Self.dump(try LabDecoder.decode(document, source).lab)
            for index in 0..<Self.count(document) {
                var left = index
                var removed = ""
                let rest = Self.removing(document, &left, &removed)
                guard let lab = try? LabDecoder.decode(rest, source).lab else { continue }
                #expect(Self.dump(lab) != whole, "\(removed) is not decoded")
            }
        }
    }

    // MARK: Against another reader of the schema

    /// Labs that the decoder takes.
    static let taken =
        completeLabs + [
            Fixture.small, InitialLab.text(name: "ainur", domain: "kidd.network"),
            InitialLab.text(name: "local", domain: "localhost"), Fixture.small + "clients:\nnodes: ~\n",
        ]

    /// Labs that neither the decoder nor the schema takes.
    static let refused = [
        "colour: red", "clients: {app: argocd}", "clients: [argocd]", "authority: {keyType: p265}",
        "authority: {lifetime: 90}", "authority: {lifetime: 3 months}", "authority: {permitted: []}",
        "authority: {permitted: [.kidd.network]}", "authority: {url: https://pki.kidd.network}",
        "authority: {commonName: 7}", "authority: {commonName: ''}", "certificates: [{name: nas}]",
        "secrets: [{name: a, length: 7}]", "secrets: [{name: a, length: '32'}]", "clients: [{name: a}]",
        "clients: [{app: argocd, url: https://a.test, urls: [https://b.test]}]",
        "clients: [{app: argocd, url: https://a.test, redirectURIs: [https://a.test/x]}]",
        "clients: [{app: argocd, url: https://a.test/x}]", "clients: [{app: kubernetes, clientSecret: x}]",
        "clients: [{id: a, redirectURIs: ['https://*.a.test/cb']}]",
        "clients: [{id: a, redirectURIs: [https://a.test/cb, https://a.test/cb]}]",
        "clients: [{id: a, redirectURIs: [https://a.test/cb], grants: [password]}]",
        "cluster: {version: v1.33, endpoint: a.test}", "cluster: {version: v1.33.6+k3s1}",
        "cluster: {version: v1.33.6+k3s1, endpoint: a.test, ingress: {}}",
        "cluster: {version: v1.33.6+k3s1, endpoint: a.test, groupsPrefix: 'system:'}",
        "cluster: {version: v1.33.6+k3s1, endpoint: a.test, components: {argocd: 9.x}}",
        "cluster: {version: v1.33.6+k3s1, endpoint: a.test, registries: {mirror: {}}}",
        "netboot: {}", "netboot: {address: 10.0.0.1, http: '80'}",
        "nodes: [{name: a, role: server, mac: 'dc:a6:32:01:02:03', serial: x}]",
        "nodes: [{name: a, role: server, files: [{path: /a, permissions: 420}]}]",
        "nodes: [{name: a, role: master}]",
    ].map { Fixture.small + $0 + "\n" }

    static var hasValidator: Bool {
        Tool.isInstalled("python3") && Tool.shell("python3 -c 'import jsonschema'").status == 0
    }

    @Test(.enabled(if: hasValidator)) func `an independent validator agrees with the decoder`() throws {
        let samples = try SampleLabTests.paths.map { try Repository.text($0) }
        var labs = (samples + Self.taken).map { ($0, true) } + Self.refused.map { ($0, false) }
        // What is only odd is taken by both.
        for example in RuleTests.authorities + RuleTests.clients + RuleTests.nodes where example.severity == .warning {
            if case .add(let text) = example.change { labs.append((Fixture.small + text + "\n", true)) }
        }
        for (text, isTaken) in labs {
            let errors = Fixture.findings(text).filter { $0.severity == .error }
            #expect(errors.isEmpty == isTaken, "\(text)\n\(errors.map(\.description))")
        }
        let documents = try labs.map { try Self.json(YAMLParser.document($0.0, file: "lab.yaml")) }
        let folder = try TemporaryFolder()
        try folder.write(LabSchema.json(), to: "schema.json")
        try folder.write(JSON.array(documents).text(), to: "labs.json")
        try folder.write(
            """
            import json, jsonschema
            schema = json.load(open("\(folder.path)/schema.json"))
            jsonschema.Draft202012Validator.check_schema(schema)
            validator = jsonschema.Draft202012Validator(schema)
            for lab in json.load(open("\(folder.path)/labs.json")):
                print("taken" if validator.is_valid(lab) else "refused")
            """,
            to: "validate.py"
        )
        let result = Tool.shell("python3 -W ignore \(folder.path)/validate.py")
        #expect(result.status == 0, "\(result.output)")
        let verdicts = result.output.split(separator: "\n").map(String.init)
        #expect(verdicts.count == labs.count)
        for (lab, verdict) in zip(labs, verdicts) {
            #expect(verdict == (lab.1 ? "taken" : "refused"), "\(lab.0)")
        }
    }

    // MARK: Labs and trees

    /// ``SampleLab/complete``, and one with what excludes a part of it.
    static let completeLabs: [String] = {
        let gateway = """
                gateway:
                  parentRefs:
                    - {name: lab, namespace: gateways, sectionName: https, port: 443}
            """
        return [SampleLab.complete, SampleLab.complete.replacing(gateway, with: "    class: internal")]
    }()

    private static func dump(_ lab: Lab) -> String {
        var text = ""
        Swift.dump(lab, to: &text)
        return text
    }

    /// Mapping entries below a node.
    private static func count(_ node: Node) -> Int {
        switch node.content {
        case .scalar: 0
        case .sequence(let items, _): items.reduce(0) { $0 + count($1) }
        case .mapping(let pairs, _): pairs.reduce(pairs.count) { $0 + count($1.value) }
        }
    }

    /// The tree without its mapping entry number `index`, in document order.
    private static func removing(_ node: Node, _ index: inout Int, _ removed: inout String) -> Node {
        var node = node
        switch node.content {
        case .scalar: break
        case .sequence(let items, let style):
            node.content = .sequence(items.map { removing($0, &index, &removed) }, style)
        case .mapping(let pairs, let style):
            var kept: [Node.Pair] = []
            for pair in pairs {
                index -= 1
                if index == -1 {
                    removed = "\(pair.key.text ?? "") of line \(pair.key.range?.start.line ?? 0)"
                    continue
                }
                kept.append(Node.Pair(pair.key, removing(pair.value, &index, &removed)))
            }
            node.content = .mapping(kept, style)
        }
        return node
    }

    /// Paths of the keys of a document, as ``ShapeWalk`` writes them. Keys of the user's own read `*`.
    private static func collect(_ node: Node, _ path: String, _ keys: inout Set<String>) {
        for item in node.items ?? [] { collect(item, path + "[]", &keys) }
        let isMap = ["roles", "mirrors", "configs", "rewrite", "profiles"].contains { path.hasSuffix("." + $0) }
        for pair in node.pairs ?? [] {
            let key = path + "." + (isMap ? "*" : pair.key.text ?? "")
            if !isMap { keys.insert(key) }
            collect(pair.value, key, &keys)
        }
    }

    private static func json(_ node: Node) -> JSON {
        switch node.content {
        case .sequence(let items, _): return .array(items.map(json))
        case .mapping(let pairs, _): return .object(pairs.map { ($0.key.text ?? "", json($0.value)) })
        case .scalar(let scalar):
            switch node.resolved {
            case .null: return .null
            case .bool(let value): return .boolean(value)
            case .int(let value): return .integer(value)
            case .float, .string, nil: return .string(scalar.text)
            }
        }
    }
}

/// The keys of a shape, by path.
private struct ShapeWalk {
    var keys: Set<String> = []
    var required: Set<String> = []
    var summaries: [(String, String)] = []

    mutating func walk(_ shape: Shape, _ path: String) {
        switch shape {
        case .text, .choice, .integer, .boolean: break
        case .nullable(let inner): walk(inner, path)
        case .list(let items, _, _): walk(items, path + "[]")
        case .map(_, let values): walk(values, path + ".*")
        case .object(let object):
            for key in object.keys {
                let name = path + "." + key.name
                keys.insert(name)
                if key.isRequired { required.insert(name) }
                summaries.append((name, key.summary))
                walk(key.shape, name)
            }
        }
    }
}

/// The keys of a JSON Schema, by path.
private struct SchemaWalk {
    var keys: Set<String> = []
    var required: Set<String> = []

    mutating func walk(_ schema: Node, _ path: String) {
        for pair in schema["properties"]?.pairs ?? [] {
            let name = path + "." + (pair.key.text ?? "")
            keys.insert(name)
            walk(pair.value, name)
        }
        for name in schema["required"]?.items ?? [] { required.insert(path + "." + (name.text ?? "")) }
        if let items = schema["items"] { walk(items, path + "[]") }
        if let values = schema["additionalProperties"], values.pairs != nil { walk(values, path + ".*") }
        for inner in schema["anyOf"]?.items ?? [] { walk(inner, path) }
    }
}
