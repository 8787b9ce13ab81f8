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

@Suite struct ExternalSecretTests {
    private static let example = LayoutCase(form: .externalSecret)

    /// The outputs with templates of the user's own, of a lab whose clients have a brace for a name.
    private func outputs(_ templates: [String: String]) throws -> [RenderedFile] {
        let folder = try TemporaryFolder()
        for (path, text) in templates { try folder.write(text, to: path) }
        var input = try Self.example.input()
        for index in input.lab.clients.indices { input.lab.clients[index].name = "{" }
        return try Renderer(input, templates: TemplateStore(overrides: folder.path)).outputs()
    }

    /// The template of an entry of the Secret that one file's ExternalSecret makes.
    private func template(_ entry: String, of secret: String) throws -> String {
        let files = try outputs(["apps/headlamp/objects/oidc.yaml": secret])
        let document = try Fixture.document("cluster/41-headlamp-oidc.yaml", in: files)
        return try #require(document.at("spec", "target", "template", "data")?[entry]?.text)
    }

    private func secret(_ entries: String) -> String {
        "apiVersion: v1\nkind: Secret\nmetadata: {name: own, namespace: headlamp}\n\(entries)\n"
    }

    @Test func aSecretBecomesAnExternalSecretOfTheSameName() throws {
        let files = try Self.example.outputs()
        let document = try Fixture.document("cluster/31-argocd-oidc.yaml", in: files)
        #expect(document["apiVersion"]?.text == "external-secrets.io/v1")
        #expect(document.kind == "ExternalSecret")
        #expect(document.name == "argocd-oidc")
        #expect(document.namespace == "argocd")
        let spec = try #require(document["spec"])
        #expect(spec.at("secretStoreRef", "name")?.text == "vault")
        #expect(spec.at("secretStoreRef", "kind")?.text == "ClusterSecretStore")
        #expect(spec.at("target", "name")?.text == "argocd-oidc")
        let template = try #require(spec.at("target", "template"))
        #expect(template["type"]?.text == "Opaque")
        #expect(template.at("metadata", "labels", "app.kubernetes.io/part-of")?.text == "argocd")
        #expect(
            template.at("data", "oidc.dex.clientSecret")?.text == "{{ index . `argocd-client-secret` }}"
        )
        let read = try #require(spec["data"]?.items?.first)
        #expect(read["secretKey"]?.text == "argocd-client-secret")
        #expect(read.at("remoteRef", "key")?.text == "ainur")
        #expect(read.at("remoteRef", "property")?.text == "argocd-client-secret")
    }

    @Test func whatIsNoSecretStaysInTheTemplate() throws {
        let document = try Fixture.document("cluster/41-headlamp-oidc.yaml", in: Self.example.outputs())
        let data = document.at("spec", "target", "template", "data")
        #expect(data?["OIDC_CLIENT_ID"]?.text == "headlamp")
        #expect(data?["OIDC_USE_PKCE"]?.text == "true")
        #expect(data?["OIDC_CLIENT_SECRET"]?.text == "{{ index . `headlamp-client-secret` }}")
    }

    @Test func theItemHoldsTheFieldsThatAreRead() throws {
        let files = try Self.example.outputs()
        let item = try #require(files.first { $0.path == "secrets/item.yaml" })
        #expect(item.mode == 0o600)
        let node = try YAMLParser.document(item.text, file: "item")
        #expect(node["item"]?.text == "ainur")
        let fields = (node["fields"]?.pairs ?? []).map { [$0.key.text, $0.value.text] }
        #expect(
            fields == [
                ["argocd-client-secret", "example-argocd-secret"],
                ["headlamp-client-secret", "example-headlamp-secret"],
            ]
        )
        #expect(try !LayoutCase().outputs().contains { $0.path == "secrets/item.yaml" })
    }

    @Test func theKeyOfTheAuthorityIsNeitherInGitNorInTheStore() throws {
        let files = try Self.example.outputs()
        let secret = try Fixture.document("secrets/cluster/11-local-ca.yaml", in: files)
        #expect(secret.kind == "Secret")
        #expect(secret.at("stringData", "tls.key")?.text == Fixture.keyComment)
        #expect(!files.contains { $0.path == "cluster/11-local-ca.yaml" })
    }

    @Test func bracesAroundASecretAreNoTemplate() throws {
        let mark = "{{ app.clientSecret }}"
        let reference = "{{ index . `headlamp-client-secret` }}"
        let json = try template("a", of: secret("stringData:\n  a: '{\"secret\": \"\(mark)\", \"x\": {}}'"))
        #expect(json == "{\"secret\": \"\(reference)\", \"x\": {}}")
        let tight = try template("a", of: secret("stringData: {a: \"{{ app.name }}\(mark)}\"}"))
        #expect(tight == "{{ `{` }}\(reference)}")
        let twice = try template("a", of: secret("stringData: {a: \"\(mark)-\(mark)\"}"))
        #expect(twice == "\(reference)-\(reference)")
        let raw = try template("b", of: secret("stringData: {a: \"\(mark)\", b: !raw \"{{{ .Values.x }} {\"}"))
        #expect(raw == "{{ `{{{` }} .Values.x }} {")
        let nested = try template("a", of: secret("stringData:\n  a: !yaml {clients: [{secret: \"\(mark)\"}]}"))
        #expect(nested.contains("secret: \"\(reference)\""))
    }

    @Test(arguments: [
        ("x-1_y", true), ("-1", true), ("123", true), ("true", true), ("a: b #c", true), ("it's", true),
        ("a\"b", false),
        ("a\\b", false),
    ])
    func aSecretThatItsPlaceWouldQuoteIsRefused(value: String, isTaken: Bool) throws {
        let folder = try TemporaryFolder()
        let text = secret("stringData:\n  a: !yaml {clients: [{secret: \"{{ app.clientSecret }}\"}]}")
        try folder.write(text, to: "apps/headlamp/objects/oidc.yaml")
        var input = try Self.example.input()
        input.clientSecrets["headlamp"] = Secret(value)
        let renderer = Renderer(input, templates: try TemplateStore(overrides: folder.path))
        guard isTaken else {
            let error = try #require(throws: RenderingError.self) { try renderer.outputs() }
            #expect(error.message.contains("Secret own: a secret in a has characters that have to be quoted"))
            #expect(!error.message.contains(value))
            return
        }
        let document = try Fixture.document("cluster/41-headlamp-oidc.yaml", in: renderer.outputs())
        let template = try #require(document.at("spec", "target", "template", "data", "a")?.text)
        let filled = template.replacing("{{ index . `headlamp-client-secret` }}", with: value)
        let node = try YAMLParser.document(filled, file: "filled")
        #expect(node["clients"]?.items?.first?["secret"]?.isSame(as: .string(value)) == true)
    }

    @Test func aSecretApartIsWrittenAsItIs() throws {
        let folder = try TemporaryFolder()
        let text = secret(
            "stringData:\n  a: !yaml {secret: \"{{ app.clientSecret }}\"}\n  b: \"{{ app.clientSecret }}\""
        )
        try folder.write(text, to: "apps/headlamp/objects/oidc.yaml")
        var input = try LayoutCase(layout: .kustomize).input()
        let value = "it's: \"{{ x }}\" {KindlingField0Mark} #\n"
        input.clientSecrets["headlamp"] = Secret(value)
        let files = try Renderer(input, templates: TemplateStore(overrides: folder.path)).outputs()
        let document = try Fixture.document("secrets/cluster/41-headlamp-oidc.yaml", in: files)
        #expect(document.at("stringData", "b")?.text == value)
        let nested = try YAMLParser.document(#require(document.at("stringData", "a")?.text), file: "nested")
        #expect(nested["secret"]?.text == value)
    }

    @Test func dataInBase64IsReadAndStringDataWins() throws {
        let entries = "data: {a: aMOp, b: eA==}\nstringData: {b: \"{{ app.clientSecret }}\"}"
        #expect(try template("a", of: secret(entries)) == "hé")
        #expect(try template("b", of: secret(entries)) == "{{ index . `headlamp-client-secret` }}")
        let error = try #require(throws: RenderingError.self) {
            try outputs(["apps/headlamp/objects/oidc.yaml": secret("data: {a: \"{{ app.clientSecret }}\"}")])
        }
        #expect(error.code == .renderingConflict)
        #expect(error.message.contains("apps/headlamp/objects/oidc.yaml: Secret own: a of data"))
    }

    @Test func aSecretInAnotherKindIsRefusedByName() throws {
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: own}\ndata: {a: \"x {{ app.clientSecret }}\"}\n"
        let label = "apiVersion: v1\nkind: Secret\nmetadata: {name: own, labels: {a: \"{{ app.clientSecret }}\"}}\n"
        let templates = [
            "apps/headlamp/objects/label.yaml": label, "apps/headlamp/objects/map.yaml": map,
            "apps/headlamp/values.yaml": "password: \"{{ app.clientSecret }}\"\n",
        ]
        for (path, text) in templates {
            let error = try #require(throws: RenderingError.self) { try outputs([path: text]) }
            #expect(error.code == .renderingConflict)
            #expect(error.message.hasPrefix("\(path) puts headlamp-client-secret into "))
            #expect(error.remedy?.contains("apps/headlamp/objects/") == true)
        }
    }

    @Test func aFileWithASecretAndAnotherKindIsCutInTwo() throws {
        let text =
            secret("stringData: {a: \"{{ app.clientSecret }}\"}")
            + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: open, namespace: headlamp}\n"
        let folder = try TemporaryFolder()
        try folder.write(text, to: "apps/headlamp/objects/oidc.yaml")
        let store = try TemplateStore(overrides: folder.path)
        let files = try LayoutCase(layout: .kustomize).outputs(store)
        let open = try Fixture.document("cluster/headlamp/41-headlamp-oidc.yaml", in: files)
        #expect(open.kind == "ConfigMap")
        let apart = try Fixture.document("secrets/cluster/41-headlamp-oidc-secret.yaml", in: files)
        #expect(apart.at("stringData", "a")?.text == "example-headlamp-secret")
    }

    @Test func appsOfTheOperatorHaveThemToo() throws {
        let files = try Fixture.outputs { lab in
            Self.example.apply(to: &lab)
            lab.cluster?.components.removeAll { $0.name == "headlamp" }
        }
        let document = try Fixture.document("apps/headlamp/objects/oidc.yaml", in: files)
        #expect(document.kind == "ExternalSecret")
        let item = try Fixture.document("secrets/item.yaml", in: files)
        #expect(item.at("fields", "headlamp-client-secret")?.text == "example-headlamp-secret")
    }

    @Test func twoSecretsCannotBeOneField() throws {
        var input = try Self.example.input()
        input.secrets["argocd-client-secret"] = Secret("x")
        let error = try #require(throws: RenderingError.self) { try Renderer(input).outputs() }
        #expect(error.message.contains("argocd-client-secret"))
    }

    @Test(arguments: [Cluster.SecretForm.plain, .externalSecret])
    func theHashOfAChartIsTheSameInBothPlaces(form: Cluster.SecretForm) throws {
        var input = try LayoutCase(form: form).input()
        let seed = try Fixture.input()
        input.lab.nodes = seed.lab.nodes
        input.kubernetesKeys = seed.kubernetesKeys
        let hash = "$2a$10$abcdefghijklmnopqrstuv"
        let holders = try Renderer(input).outputs().filter { $0.text.contains(hash) }.map(\.path)
        #expect(holders == (form == .plain ? ["cluster/30-argocd.yaml", "nodes/valar-1/user-data"] : []))
    }
}
