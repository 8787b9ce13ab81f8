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

/// An app that a folder of templates adds, without code.
@Suite struct OwnAppTests {
    private static let app = """
        name: Wiki.js
        redirectPaths: [/login/lab/callback]
        roles: [admin, editor]
        secretForm: Secret wikijs-oidc
        trustForm: NODE_EXTRA_CA_CERTS
        reload: kubectl -n wikijs rollout restart deployment wikijs
        """
    private static let lab = """
        lab: test
        domain: lab.test
        authority: {commonName: Test Root CA}
        identity: {issuer: "https://id.lab.test", address: 192.168.7.10, administrators: [admins]}
        clients:
          - {app: wikijs, urls: [https://wiki.lab.test, https://w.lab.test], roles: {editor: [staff], admin: [admins]}}
        cluster:
          version: v1.34.1+k3s1
          endpoint: 192.168.7.20
          ingress: {class: traefik}
          components: {wikijs: 2.2.0}

        """

    private func folder(chart: Bool) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(Self.app, to: "apps/wikijs/app.yaml")
        try folder.write(
            "url: \"{{ app.url }}\"\nroles: !csv [!each {in: app.grants, as: g, do: \"{{ g.role }}={{ g.group }}\"}]\n",
            to: "apps/wikijs/values.yaml"
        )
        try folder.write(
            "kind: Secret\nmetadata: {name: wikijs-oidc, namespace: \"{{ app.namespace }}\"}\n"
                + "stringData: {secret: \"{{ app.clientSecret }}\"}\n",
            to: "apps/wikijs/objects/oidc.yaml"
        )
        try folder.write("issuer {{ issuer.url }}\n", to: "apps/wikijs/files/note.txt")
        if chart {
            try folder.write(
                "repository: https://charts.js.wiki\nchart: wiki\nnumber: 80\nservice: {name: wikijs}\n",
                to: "apps/wikijs/chart.yaml"
            )
        }
        return folder
    }

    private func outputs(_ folder: TemporaryFolder, _ lab: String = lab) throws -> [RenderedFile] {
        let store = try TemplateStore(overrides: folder.path)
        let (lab, _) = try LabDecoder.decodeWithWarnings(text: lab, file: "lab.yaml", apps: AppTable(store))
        return try Renderer(Fixture.input(lab), templates: store).outputs()
    }

    @Test func itsOutputsAreThereForTheOperator() throws {
        let lab = Self.lab.replacing("components: {wikijs: 2.2.0}", with: "components: {}")
        let files = try outputs(folder(chart: false), lab)
        let paths = files.map(\.path).filter { $0.hasPrefix("apps/") }
        #expect(paths == ["apps/wikijs/note.txt", "apps/wikijs/objects/oidc.yaml", "apps/wikijs/values.yaml"])
        let values = try Fixture.document("apps/wikijs/values.yaml", in: files)
        #expect(values["url"]?.text == "https://wiki.lab.test")
        #expect(values["roles"]?.text == "admin=admins,editor=staff")
        let secret = try #require(files.first { $0.path == "apps/wikijs/objects/oidc.yaml" })
        #expect(secret.holdsSecret)
        #expect(secret.text.contains("example-wikijs-secret"))
        #expect(files.contains { $0.text == "issuer https://id.lab.test\n" })
    }

    @Test func itIsInstalledByItsChart() throws {
        let files = try outputs(folder(chart: true))
        let chart = try Fixture.document("cluster/80-wikijs.yaml", in: files)
        #expect(chart.at("spec", "repo")?.text == "https://charts.js.wiki")
        #expect(chart.at("spec", "version")?.text == "2.2.0")
        let secret = try Fixture.document("cluster/81-wikijs-oidc.yaml", in: files)
        #expect(secret.at("metadata", "namespace")?.text == "wikijs")
        let ingress = try Fixture.document("cluster/82-wikijs-ingress.yaml", in: files)
        #expect(ingress.at("spec", "rules")?.items?.map { $0["host"]?.text } == ["wiki.lab.test", "w.lab.test"])
        #expect(files.map(\.path).filter { $0.hasPrefix("apps/") } == ["apps/wikijs/note.txt"])
    }

    @Test func itsClientHasItsRedirectURIs() throws {
        let folder = try folder(chart: true)
        let store = try TemplateStore(overrides: folder.path)
        let lab = try LabDecoder.decodeWithWarnings(text: Self.lab, file: "lab.yaml", apps: AppTable(store)).lab
        #expect(
            lab.client("wikijs")?.redirectURIs == [
                "https://wiki.lab.test/login/lab/callback", "https://w.lab.test/login/lab/callback",
            ]
        )
        #expect(try store.warnings().isEmpty)
    }

    @Test(arguments: [
        ("app.yaml", "name: Wiki\nredirectPath: [/a]\n", ":2:1", "did you mean redirectPaths?"),
        ("app.yaml", "name: Wiki\n", ":1:1", "secretForm"),
        ("chart.yaml", "repository: ftp://x\nchart: wiki\n", ":1:13", "https"),
        ("chart.yaml", "repository: https://x.test\nchart: wiki\nnumber: 5\n", ":3:9", "10"),
    ])
    func mistakesArePlaced(file: String, text: String, place: String, message: String) throws {
        let folder = try folder(chart: true)
        try folder.write(text, to: "apps/wikijs/\(file)")
        let error = try #require(throws: LabError.self) { try AppTable(TemplateStore(overrides: folder.path)) }
        #expect(error.description.contains("\(folder.path)/apps/wikijs/\(file)\(place)"), "\(error.description)")
        #expect(error.description.contains(message), "\(error.description)")
        #expect(error.remedy?.contains("templates check") == true)
    }

    @Test func filesThatNoAppHasAreWarnedOf() throws {
        let folder = try folder(chart: false)
        for path in ["wikijs/value.yaml", "wikijs/objects/deep/a.yaml", "noapp/values.yaml"] {
            try folder.write("a: 1\n", to: "apps/\(path)")
        }
        let warnings = try TemplateStore(overrides: folder.path).warnings()
        #expect(
            warnings.map { $0.location.file.dropFirst(folder.path.count) } == [
                "/apps/noapp/values.yaml", "/apps/wikijs/objects/deep/a.yaml", "/apps/wikijs/value.yaml",
            ]
        )
    }
}
