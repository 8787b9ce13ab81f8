//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import Templating
import TestSupport
import Testing

@Suite struct TemplateStoreTests {
    private let embedded = [
        "apps/a.yaml": "name: \"{{ app.name }}\"\nhost: \"{{ app.host }}\"\n",
        "apps/b.yaml": "list: !each {in: items, as: i, do: \"{{ i.x }}\"}\n",
        "k3s/install.sh": "v={{ version }}\n",
    ]

    @Test func everyEmbeddedTemplateParses() throws {
        let store = TemplateStore()
        #expect(!store.paths.isEmpty)
        #expect(!store.paths.contains { $0.split(separator: "/").contains { $0.hasPrefix(".") } })
        #expect(try store.warnings().isEmpty)
    }

    @Test func theEmbeddedTemplatesAreThoseOfTheFolder() throws {
        let store = TemplateStore()
        for path in store.paths {
            #expect(try store.text(path) == Repository.text("templates/\(path)"))
        }
    }

    @Test func anOverrideStandsInForOneFile() throws {
        let folder = try TemporaryFolder()
        try folder.write("name: mine {{ app.name }}\n", to: "apps/a.yaml")
        try folder.write("junk", to: "apps/.a.yaml.swp")
        let store = try TemplateStore(embedded: embedded, overrides: folder.path)
        #expect(store.overridden == ["apps/a.yaml"])
        #expect(try store.fill("apps/a.yaml", ["app": ["name": "x"]]).text == "name: mine x\n")
        #expect(try store.fill("k3s/install.sh", ["version": "1"]).text == "v='1'\n")
        let error = try #require(throws: TemplateError.self) { try store.fill("apps/a.yaml", [:]) }
        #expect(error.location?.description == "\(folder.path)/apps/a.yaml:1:12")
    }

    @Test func anOverrideThatForgetsAVariableIsWarnedOf() throws {
        let folder = try TemporaryFolder()
        try folder.write("name: \"{{ app.name }}\"\n", to: "apps/a.yaml")
        try folder.write("list: !each {in: items, as: other, do: \"{{ other.y }}\"}\n", to: "apps/b.yaml")
        try folder.write("v=1\n", to: "k3s/instal.sh")
        let warnings = try TemplateStore(embedded: embedded, overrides: folder.path).warnings()
        #expect(
            warnings.map(\.message) == [
                "`app.host` is not used, as it is in the template that this one replaces",
                "no template is called k3s/instal.sh; did you mean k3s/install.sh?",
            ]
        )
    }

    @Test func anIncludedNewFileIsNoWarning() throws {
        let folder = try TemporaryFolder()
        try folder.write("name: \"{{ app.name }}{{ app.host }}\"\nx: !include apps/own.yaml\n", to: "apps/a.yaml")
        try folder.write("own: 1\n", to: "apps/own.yaml")
        #expect(try TemplateStore(embedded: embedded, overrides: folder.path).warnings().isEmpty)
    }

    @Test func brokenFoldersAreRefused() throws {
        #expect(throws: TemplateError.self) { try TemplateStore(embedded: embedded, overrides: "/nonexistent/x") }
        let folder = try TemporaryFolder()
        try Files.write([0xff, 0xfe], to: "\(folder.path)/a.yaml")
        #expect(throws: TemplateError.self) { try TemplateStore(embedded: embedded, overrides: folder.path) }
        let large = try TemporaryFolder()
        try large.write(String(repeating: "a", count: TemplateLimits.templateBytes + 1), to: "a.yaml")
        #expect(throws: TemplateError.self) { try TemplateStore(embedded: embedded, overrides: large.path) }
    }

    @Test func exportWritesEverythingOnceAndNeverOverwrites() throws {
        let folder = try TemporaryFolder()
        let store = try TemplateStore(embedded: embedded)
        #expect(try store.export(to: "\(folder.path)/t") == embedded.keys.sorted())
        #expect(try store.export(to: "\(folder.path)/t").isEmpty)
        try folder.write("changed", to: "t/apps/b.yaml")
        try Files.remove("\(folder.path)/t/apps/a.yaml")
        let error = try #require(throws: TemplateError.self) { try store.export(to: "\(folder.path)/t") }
        #expect(error.code == .templateExportExists)
        #expect(!Files.exists("\(folder.path)/t/apps/a.yaml"))
    }
}
