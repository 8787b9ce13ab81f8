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
import Testing
import YAML

@Suite struct TrustTests {
    @Test(arguments: [true, false]) func aNameInANamespaceHasOneWriter(hasBundle: Bool) throws {
        let files = try Fixture.outputs { lab in
            if !hasBundle { lab.cluster?.components.removeAll { $0.name == "trust-manager" } }
        }
        let namespaces = try #require(files.first { $0.path == "cluster/00-namespaces.yaml" })
        let label = "ainur.kidd.network/ca"
        var labelled: Set<String> = []
        for namespace in try YAMLParser.documents(namespaces.text, file: "namespaces") {
            let metadata = try #require(namespace["metadata"])
            if metadata.at("labels", label)?.text == "inject" { labelled.insert(metadata["name"]?.text ?? "") }
        }
        #expect(labelled == (hasBundle ? ["argocd", "headlamp"] : []))
        var writers: [String] = []
        for file in files where file.path.hasPrefix("cluster/22-") {
            let map = try YAMLParser.document(file.text, file: file.path)
            let namespace = map.at("metadata", "namespace")?.text ?? ""
            let name = map.at("metadata", "name")?.text ?? ""
            writers.append("\(namespace)/\(name)")
            #expect(name == (labelled.contains(namespace) ? "lab-ca-dir" : "lab-ca"))
            #expect(map["data"]?.pairs?.map { $0.key.text } == ["ca.crt", "4acfa45d.0"])
        }
        #expect(Set(writers).count == writers.count)
        #expect(writers.count == 4)
        #expect(files.contains { $0.path == "cluster/21-lab-ca.yaml" } == hasBundle)
    }

    @Test func theBundleServesTheLabelInlineAlone() throws {
        let bundle = try Fixture.document("cluster/21-lab-ca.yaml", in: Fixture.outputs())
        #expect(bundle["apiVersion"]?.text == "trust.cert-manager.io/v1alpha1")
        let sources = try #require(bundle.at("spec", "sources")?.items)
        #expect(sources.map { $0.pairs?.compactMap(\.key.text) } == [["inLine"]])
        #expect(sources.first?["inLine"]?.text == (try Fixture.input().trust.bundle))
        let target = bundle.at("spec", "target")
        #expect(target?.at("configMap", "key")?.text == "ca.crt")
        #expect(target?.at("namespaceSelector", "matchLabels", "ainur.kidd.network/ca")?.text == "inject")
    }

    @Test func everyRootIsAnItemOfItsOwn() throws {
        var input = try Fixture.input()
        let root = input.trust.roots[0]
        input.trust.roots = [root, root]
        let data = try UserData(Renderer(input).userData(node: "valar-2", seed: .inline).text)
        #expect(data.node.at("ca_certs", "trusted")?.items?.map(\.text) == [root, root])
    }

    @Test func theConfigMapIsForOneNamespaceOrForAny() throws {
        let renderer = try Renderer(Fixture.input())
        let map = try YAMLParser.document(renderer.configMap(namespace: "grafana").text, file: "map")
        #expect(map.at("metadata", "namespace")?.text == "grafana")
        let any = try YAMLParser.document(renderer.configMap(namespace: nil).text, file: "map")
        #expect(any.at("metadata")?.pairs?.count == 1)
        #expect(try renderer.configMap(namespace: nil).mode == 0o644)
    }

    @Test func nodesWithoutAClusterStillTrustTheLab() throws {
        let data = try Fixture.userData("valar-1") { $0.cluster = nil }
        #expect(data.node.at("ca_certs", "trusted")?.items?.count == 1)
        #expect(data.node["bootcmd"] != nil)
        #expect(data.node["write_files"] == nil)
        #expect(data.node["runcmd"] == nil)
    }

    @Test func anIssuerThatIsAnAddressIsNotMapped() throws {
        let files = try Fixture.outputs { $0.identity.issuerHost = "192.168.1.66" }
        #expect(!files.contains { $0.path.contains("coredns") })
        #expect(!files.contains { $0.text.contains("# kindling") })
    }

    @Test func aLabWithoutAClusterHasItsTrustAlone() throws {
        let files = try Fixture.outputs { lab in
            lab.cluster = nil
            lab.nodes = []
            lab.clients = []
        }
        #expect(files.map(\.path) == ["trust/ca.crt", "trust/lab-ca.yaml"])
    }
}
