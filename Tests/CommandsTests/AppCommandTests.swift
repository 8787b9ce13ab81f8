//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Commands
import Support
import TestSupport
import Testing
import YAML

@Suite("Apps on the command line")
struct AppCommandTests {
    private static let app = """
        name: Wiki.js
        redirectPaths: [/login/lab/callback]
        secretForm: Secret wikijs-oidc
        trustForm: NODE_EXTRA_CA_CERTS
        reload: kubectl -n wikijs rollout restart deployment wikijs

        """

    @Test("apps are listed without a lab")
    func list() async throws {
        let harness = try CommandHarness()
        let outcome = await harness.run(["app", "list", "--output", "yaml"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let rows = try YAMLParser.document(outcome.output, file: "out").items ?? []
        let names = ["argocd", "dex", "forgejo", "gitea", "grafana", "headlamp", "kubernetes", "miniflux", "zot"]
        #expect(rows.map { $0["app"]?.text } == names)
        for row in rows {
            for key in ["secretForm", "trustForm", "reload"] { #expect(row[key]?.text?.isEmpty == false) }
        }
        #expect(rows.last?["redirects"]?.items?.map(\.text) == ["URL/zot/auth/callback/oidc"])
        #expect(rows.last?["repository"]?.text == "https://zotregistry.dev/helm-charts")
    }

    @Test("a lab's clients are named, and their redirect URIs")
    func show() async throws {
        let lab = loopbackLab.replacing(
            "clients:\n",
            with: "clients:\n  - {app: grafana, id: graphs, urls: [https://a.localhost, https://b.localhost]}\n"
        )
        let harness = try CommandHarness(lab: lab)
        let outcome = await harness.run(["app", "show", "grafana", "--output", "yaml"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let app = try YAMLParser.document(outcome.output, file: "out")
        #expect(app["clients"]?.items?.map(\.text) == ["graphs"])
        let uris = ["a", "b"].map { "https://\($0).localhost/login/generic_oauth" }
        #expect(app["redirects"]?.items?.map(\.text) == uris)
        #expect(app["roles"]?.items?.first?.text == "GrafanaAdmin")
        #expect(app["pkce"]?.resolved == .bool(true))
        let unknown = await harness.run(["app", "show", "grafanna"])
        #expect(unknown.status == 64)
        #expect(unknown.errors.contains("did you mean grafana?"))
    }

    @Test("a lab that is asked for has to be there")
    func missing() async throws {
        let harness = try CommandHarness()
        #expect(await harness.run(["app", "list", "--lab", "\(harness.folder.path)/none.yaml"]).status == 65)
    }

    @Test("an app of one's own is listed, checked and rendered")
    func own() async throws {
        let lab = loopbackLab.replacing(
            "clients:\n",
            with: "clients:\n  - {app: wikijs, url: https://wiki.localhost}\n"
        )
        let harness = try CommandHarness(lab: lab)
        let templates = "\(harness.folder.path)/mine"
        try harness.folder.write(Self.app, to: "mine/apps/wikijs/app.yaml")
        try harness.folder.write("url: \"{{ app.url }}\"\n", to: "mine/apps/wikijs/values.yaml")
        let check = await harness.run(["templates", "check", "--templates", templates])
        #expect(check.status == 0, "\(check.output)\(check.errors)")
        let shown = await harness.run(["app", "show", "wikijs", "--templates", templates])
        #expect(shown.output.contains("https://wiki.localhost/login/lab/callback"), "\(shown.errors)")
        let up = await harness.run(["up", "--once", "--templates", templates])
        #expect(up.status == 0, "\(up.errors)")
        let values = try Files.read("\(harness.folder.path)/lab/out/apps/wikijs/values.yaml")
        #expect(String(decoding: values, as: UTF8.self) == "url: https://wiki.localhost\n")
    }

    @Test("a mistake in an app's file is shown with its place")
    func mistake() async throws {
        let harness = try CommandHarness()
        try harness.folder.write(Self.app.replacing("reload", with: "relaod"), to: "mine/apps/wikijs/app.yaml")
        for command in [["templates", "check"], ["app", "list"]] {
            let outcome = await harness.run(command + ["--templates", "\(harness.folder.path)/mine"])
            #expect(outcome.status == 65)
            #expect(outcome.errors.contains("mine/apps/wikijs/app.yaml:5:1"), "\(outcome.errors)")
            #expect(outcome.errors.contains("did you mean reload?"), "\(outcome.errors)")
        }
    }
}
