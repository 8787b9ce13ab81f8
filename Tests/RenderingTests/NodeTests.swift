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

@Suite struct NodeTests {
    private func files(_ node: String, _ change: (inout Lab) -> Void = { _ in }) throws -> [String: Node] {
        var documents: [String: Node] = [:]
        for file in try Fixture.outputs(change) where file.path.hasPrefix("nodes/\(node)/") {
            documents[String(file.path.dropFirst("nodes/\(node)/".count))] =
                try YAMLParser.document(file.text, file: file.path)
        }
        return documents
    }

    @Test func metaDataNamesTheInstanceWithAHyphen() throws {
        let data = try #require(try files("valar-1")["meta-data"])
        #expect(data["instance-id"]?.text == "valar-1-1")
        #expect(data["local-hostname"]?.text == "valar-1")
        #expect(data["instance_id"] == nil)
        var input = try Fixture.input()
        input.generations = ["valar-1": 4]
        let again = try #require(try Renderer(input).outputs().first { $0.path == "nodes/valar-1/meta-data" })
        #expect(again.text.contains("instance-id: valar-1-4"))
    }

    @Test func theNetworkIsFoundByMACAndKeepsTheGatewayOfDHCP() throws {
        let config = try #require(try files("valar-1")["network-config"])
        #expect(config["version"]?.text == "2")
        let primary = config.at("ethernets", "primary")
        #expect(primary?.at("match", "macaddress")?.text == "dc:a6:32:01:02:03")
        #expect(primary?["addresses"]?.items?.map(\.text) == ["192.168.1.70/24"])
        #expect(primary?["dhcp4"]?.text == "true")
        let free = try #require(
            try files("valar-1") { lab in
                lab.nodes[0].address = nil
                lab.nodes[0].identity = .serial("10000000abcd")
            }["network-config"]
        )
        #expect(free.at("ethernets", "primary", "addresses") == nil)
        #expect(free.at("ethernets", "primary", "match", "name")?.text == "e*")
    }

    @Test func oneServerStartsAloneAndAgentsJoinIt() throws {
        let server = try Fixture.userData("valar-1").document("/etc/rancher/k3s/config.yaml")
        #expect(server["cluster-init"] == nil)
        #expect(server["server"] == nil)
        #expect(server["node-ip"]?.text == "192.168.1.70")
        #expect(server["tls-san"]?.items?.map(\.text) == ["192.168.1.70", "valar-1", "valar-1.kidd.network"])
        let agent = try Fixture.userData("valar-2").document("/etc/rancher/k3s/config.yaml")
        #expect(agent["server"]?.text == "https://192.168.1.70:6443")
        #expect(agent["token-file"]?.text == "/etc/rancher/k3s/token")
        #expect(agent["kube-apiserver-arg"] == nil)
    }

    @Test func severalServersStartEtcdAndOneCarriesTheManifests() throws {
        let change: (inout Lab) -> Void = { $0.nodes[1].role = .server }
        let first = try Fixture.userData("valar-1", change).document("/etc/rancher/k3s/config.yaml")
        #expect(first["cluster-init"]?.text == "true")
        let second = try Fixture.userData("valar-2", change)
        let config = try second.document("/etc/rancher/k3s/config.yaml")
        #expect(config["cluster-init"] == nil)
        #expect(config["server"]?.text == "https://192.168.1.70:6443")
        let token = "K10\(Fixture.fileDigest)::server:example-k3s-token-secret\n"
        #expect(second.content("/etc/rancher/k3s/token") == token)
        #expect(second.content("/etc/rancher/k3s/agent-token") == "example-k3s-agent-token-secret\n")
        #expect(second.content("/etc/rancher/k3s/auth.yaml") != nil)
        #expect(!second.files.contains { $0.path.contains("manifests") })
    }

    @Test func anIPv6EndpointStandsInBrackets() throws {
        let config = try Fixture.userData("valar-2") { $0.cluster?.endpoint = "fd00::70" }
            .document("/etc/rancher/k3s/config.yaml")
        #expect(config["server"]?.text == "https://[fd00::70]:6443")
    }

    @Test func keysPackagesRegistriesAndFilesAreHonoured() throws {
        let text = "mirrors: {docker.io: {endpoint: [https://m.kidd.network]}}"
        let registries = try YAMLParser.document(text, file: "registries")
        let data = try Fixture.userData("valar-2") { lab in
            lab.nodes[1].sshKeys = ["ssh-ed25519 AAAA admin@x"]
            lab.nodes[1].packages = ["nfs-common", "jq"]
            lab.cluster?.registries = registries
        }
        #expect(data.node["ssh_authorized_keys"]?.items?.map(\.text) == ["ssh-ed25519 AAAA admin@x"])
        #expect(data.node["packages"]?.items?.map(\.text) == ["nfs-common", "jq"])
        #expect(data.node["package_update"]?.text == "true")
        #expect(data.node["ssh_pwauth"]?.text == "false")
        let mirror = try data.document("/etc/rancher/k3s/registries.yaml").at("mirrors", "docker.io", "endpoint")
        #expect(mirror?.items?.map(\.text) == ["https://m.kidd.network"])
        let without = try Fixture.userData("valar-2")
        #expect(without.node["packages"] == nil)
        #expect(without.content("/etc/rancher/k3s/registries.yaml") == nil)
    }

    @Test(arguments: [
        ("v1.29.1+k3s1", nil), ("v1.30.0+k3s1", "v1beta1"), ("v1.33.6+k3s1", "v1beta1"), ("v1.34.0+k3s1", "v1"),
        ("v1.36.2+k3s1", "v1"),
    ])
    func theConfigurationsVersionFollowsKubernetes(version: String, expected: String?) throws {
        let change: (inout Lab) -> Void = { $0.cluster?.version = version }
        guard let expected else {
            #expect(throws: RenderingError.self) { try Fixture.outputs(change) }
            return
        }
        let auth = try Fixture.userData("valar-1", change).document("/etc/rancher/k3s/auth.yaml")
        #expect(auth["apiVersion"]?.text == "apiserver.config.k8s.io/\(expected)")
    }

    @Test func aNodeWithoutADiskGetsMemoryForItsContainers() throws {
        let boots = try Fixture.userData("valar-1").node["bootcmd"]?.texts.joined() ?? ""
        #expect(boots.contains("mountpoint -q \"$folder\" || mount -t tmpfs"))
        let other = try Fixture.userData("valar-1") { $0.nodes[0].profile = nil }.node["bootcmd"]?.texts.joined() ?? ""
        #expect(!other.contains("tmpfs"))
    }

    @Test func aLabWithoutClientsOfTheAPIServerLeavesItAlone() throws {
        let data = try Fixture.userData("valar-1") { lab in
            lab.clients = []
            lab.cluster?.components.removeAll { $0.name == "argocd" || $0.name == "headlamp" }
        }
        #expect(data.content("/etc/rancher/k3s/auth.yaml") == nil)
        #expect(try data.document("/etc/rancher/k3s/config.yaml")["kube-apiserver-arg"] == nil)
    }
}
