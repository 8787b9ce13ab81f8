//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Rendering
import Support
import Templating
import TestSupport
import Testing
import YAML

@Suite struct RefusalTests {
    private func error(_ change: (inout Lab) -> Void) throws -> RenderingError {
        try #require(throws: RenderingError.self) { try Fixture.outputs(change) }
    }

    @Test func whatIsNotBuiltSaysSo() throws {
        let errors = [
            try error { $0.cluster?.secretForm = .sops },
            try error { $0.cluster?.secretForm = .sealed },
            try error { $0.identity.provider = .dex },
        ]
        for error in errors {
            #expect(error.code == .renderingNotBuilt)
            #expect(error.message.contains("is not built yet"))
            #expect(error.remedy?.hasPrefix("use ") == true)
        }
        let seed = try #require(throws: RenderingError.self) {
            try Renderer(Fixture.input()).userData(node: "valar-1", seed: .enrol)
        }
        #expect(seed.code == .renderingNotBuilt)
    }

    @Test func anUnknownNodeIsSuggested() throws {
        let error = try #require(throws: RenderingError.self) {
            try Renderer(Fixture.input()).userData(node: "valar1", seed: .inline)
        }
        #expect(error.message == "lab.yaml has no node valar1; did you mean valar-1?")
        #expect(error.code.exit == .usage)
    }

    @Test func aComponentWithoutItsClientIsRefused() throws {
        let error = try error { lab in lab.clients.removeAll { $0.app?.id == "argocd" } }
        #expect(error.remedy == "add to clients: - {app: argocd, url: https://argocd.kidd.network}")
    }

    @Test func trustManagerWithoutCertManagerIsRefused() throws {
        let error = try error { lab in lab.cluster?.components.removeAll { $0.name == "cert-manager" } }
        #expect(error.remedy == "add cert-manager to cluster.components")
    }

    private func policy(_ group: String) throws -> String {
        let files = try Fixture.outputs { lab in
            for index in lab.clients.indices where lab.clients[index].app?.id == "argocd" {
                lab.clients[index].roles[0].groups = [group]
            }
        }
        let chart = try Fixture.document("cluster/30-argocd.yaml", in: files)
        let values = try YAMLParser.document(#require(chart.at("spec", "valuesContent")?.text), file: "values")
        return values.at("configs", "rbac", "policy.csv")?.text ?? ""
    }

    @Test(arguments: [
        ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), (" a", "\" a\""), ("a ", "\"a \""), ("", "\"\""), ("#a", "\"#a\""),
        ("Ää", "Ää"),
    ])
    func groupsAreQuotedForPolicy(group: String, field: String) throws {
        #expect(try policy(group) == "g,\(field),role:admin\n")
    }

    @Test(arguments: ["a\nb", "a\rb"]) func groupsThatPolicyCannotHoldAreRefused(group: String) throws {
        let error = try #require(throws: RenderingError.self) { try policy(group) }
        #expect(error.code == .templateValueRefused)
        #expect(error.location?.file == "templates/apps/argocd/values.yaml")
        #expect(error.remedy != nil)
    }

    @Test(arguments: ["../../etc/x", "a b", "", "a/b", "Admin"])
    func rolesThatNameNoClusterRoleAreRefused(role: String) throws {
        let error = try error { lab in
            for index in lab.clients.indices where lab.clients[index].app?.id == "kubernetes" {
                lab.clients[index].roles[0].name = role
            }
        }
        #expect(error.code == .renderingConflict)
    }

    @Test(arguments: ["../x", "a/b", "", "A"]) func namespacesThatAreNoneAreRefused(namespace: String) throws {
        let error = try #require(throws: RenderingError.self) {
            try Renderer(Fixture.input()).configMap(namespace: namespace)
        }
        #expect(error.code == .renderingUnknown)
    }

    @Test func rolesOfKubernetesBecomeBindings() throws {
        let files = try Fixture.outputs { lab in
            for index in lab.clients.indices where lab.clients[index].app?.id == "kubernetes" {
                lab.clients[index].roles[0].name = "system:view.all"
                lab.clients[index].roles[0].groups = ["readers"]
            }
        }
        let binding = try Fixture.document("cluster/50-system-view-all.yaml", in: files)
        #expect(binding.at("roleRef", "name")?.text == "system:view.all")
        #expect(binding["subjects"]?.items?.map { $0["name"]?.text } == ["oidc:readers"])
    }

    @Test func aFileOfTheNodeCannotReplaceOneOfKindlings() throws {
        let text = try Repository.text("bootstrap/labs/kidd.network/lab.yaml")
        let path = "/etc/rancher/k3s/config.yaml"
        var input = try Fixture.input()
        input.lab = try LabDecoder.decode(text: text.addingFile(path), file: "lab.yaml")
        let error = try #require(throws: RenderingError.self) { try Renderer(input).outputs() }
        #expect(error.message == "node valar-1: kindling writes \(path) itself")
        input.lab = try LabDecoder.decode(text: text.addingFile("/etc/motd"), file: "lab.yaml")
        let data = try UserData(Renderer(input).userData(node: "valar-1", seed: .inline).text)
        #expect(data.content("/etc/motd") == "hi: {{ there }}\n")
        #expect(data.files.last?.permissions == "0640")
    }

    @Test func nothingInTheLabBreaksADocument() throws {
        let nasty = "x\"\n---\nkind: Evil # {{ y }}"
        let files = try Fixture.outputs { lab in
            lab.identity.administrators = [nasty]
            lab.clients.removeAll { $0.app?.id == "kubernetes" }
            lab.cluster?.groupsPrefix = nasty
            lab.nodes[0].packages = [nasty]
            lab.nodes[0].sshKeys = [nasty]
        }
        for file in files where file.path.hasSuffix(".yaml") || file.path.hasSuffix("user-data") {
            for document in try YAMLParser.documents(file.text, file: file.path) {
                #expect(document["kind"]?.text != "Evil")
            }
        }
        let binding = try Fixture.document("cluster/50-cluster-admin.yaml", in: files)
        #expect(binding["subjects"]?.items?.first?["name"]?.text == nasty + nasty)
    }

    @Test func anOverriddenScriptIsFilledForEachNode() throws {
        let folder = try TemporaryFolder()
        try folder.write("name={{ node.name }}\n", to: "k3s/install.sh")
        let renderer = Renderer(try Fixture.input(), templates: try TemplateStore(overrides: folder.path))
        for name in ["valar-1", "valar-2", "valar-3"] {
            let data = try UserData(renderer.userData(node: name, seed: .inline).text)
            #expect(data.content("/usr/local/lib/kindling/k3s-install") == "name='\(name)'\n")
        }
    }

    @Test func overriddenTemplatesAreUsedAndTheirMistakesPlaced() throws {
        let folder = try TemporaryFolder()
        let template = "# mine\ninstance-id: \"{{ node.name }}-x\"\nlocal-hostname: a\n"
        try folder.write(template, to: "user-data/meta-data.yaml")
        let store = try TemplateStore(overrides: folder.path)
        let files = try Renderer(Fixture.input(), templates: store).outputs()
        #expect(files.first { $0.path == "nodes/valar-1/meta-data" }?.text.contains("valar-1-x") == true)
        try folder.write("instance-id: \"{{ node.nam }}\"\n", to: "user-data/meta-data.yaml")
        let broken = try TemplateStore(overrides: folder.path)
        let error = try #require(throws: RenderingError.self) {
            try Renderer(Fixture.input(), templates: broken).outputs()
        }
        #expect(error.location?.description == "\(folder.path)/user-data/meta-data.yaml:1:15")
        #expect(error.message.contains("did you mean `node.name`?"))
    }
}

extension String {
    /// A lab.yaml in which the first node has a file.
    fileprivate func addingFile(_ path: String) -> String {
        let file = "\n    files: [{path: \(path), content: \"hi: {{ there }}\\n\", permissions: \"0640\"}]"
        guard let range = firstRange(of: "\n  - name: valar-2") else { return self }
        return replacingCharacters(range, file)
    }

    private func firstRange(of text: String) -> String.Index? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(text) { return index }
            index = self.index(after: index)
        }
        return nil
    }

    private func replacingCharacters(_ index: String.Index, _ text: String) -> String {
        String(self[..<index]) + text + String(self[index...])
    }
}
