//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import Lab
import Rendering
import Support
import TestSupport
import Testing

@Suite struct GoldenTests {
    @Test(arguments: ["apps", "kidd.network"]) func aSampleLabRendersAsItDid(name: String) throws {
        try compare(Fixture.outputs(of: "bootstrap/labs/\(name)/lab.yaml"), with: name)
    }

    @Test func theAppsRenderAsTheyDidWhereTheOperatorInstallsThem() throws {
        let files = try Fixture.outputs(of: Fixture.apps) { $0.cluster?.components = [] }
        try compare(files.filter { $0.path.hasPrefix("apps/") }, with: "apps-by-hand")
    }

    private func compare(_ files: [RenderedFile], with name: String) throws {
        let golden = Golden()
        for file in files {
            let difference = try golden.difference("\(name)/\(file.path)", file.text)
            #expect(difference == nil, "\(difference ?? "")")
        }
        #expect(Self.paths(below: "\(golden.folder)/\(name)") == files.map(\.path).sorted())
    }

    @Test(arguments: ["rke2", "kubeadm", "hosts"]) func aSmallLabRendersAsItDid(name: String) throws {
        let golden = Golden()
        let files = try Fixture.outputs(of: "Tests/RenderingTests/Goldens/\(name)/lab.yaml")
        for file in files {
            let difference = try golden.difference("\(name)/\(file.path)", file.text)
            #expect(difference == nil, "\(difference ?? "")")
        }
        #expect(Self.paths(below: "\(golden.folder)/\(name)") == (files.map(\.path) + ["lab.yaml"]).sorted())
    }

    @Test func theSameInputGivesTheSameBytes() throws {
        #expect(try Fixture.outputs() == Fixture.outputs())
    }

    @Test func theExampleUserDataIsInStep() throws {
        let path = "bootstrap/netboot/assets/ubuntuserver/boot/user-data.oidc.example"
        let text = try Renderer(Fixture.input()).userData(node: "valar-1", seed: .inline).text
        let note = """
            #cloud-config
            # An example: the user-data of the first server of bootstrap/labs/kidd.network, with a certificate whose key is
            # gone and with secrets that are none. Make your own: kindling render user-data NODE --seed inline

            """
        let example = note + text.dropFirst("#cloud-config\n".count)
        if getenv("UPDATE_GOLDENS") != nil {
            try Files.makeFolder(Files.split("\(Repository.root)/\(path)").folder)
            try Files.write(Array(example.utf8), to: "\(Repository.root)/\(path)")
            Issue.record("\(path) was rewritten; look at the difference and run again without UPDATE_GOLDENS")
        }
        #expect(try Repository.text(path) == example, "make it anew with UPDATE_GOLDENS=1")
        #expect(!example.contains("PRIVATE KEY"))
        #expect(example.contains(Fixture.keyComment.dropLast()))
        #expect(example.contains("oidc.dex.clientSecret: example-argocd-secret"))
        #expect(example.contains("OIDC_CLIENT_SECRET: example-headlamp-secret"))
    }

    static func paths(below folder: String, _ prefix: String = "") -> [String] {
        Files.names(in: "\(folder)/\(prefix)").flatMap { name -> [String] in
            let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
            return Files.isFolder("\(folder)/\(path)") ? paths(below: folder, path) : [path]
        }.sorted()
    }
}
