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

/// Every distribution with every layout, each with a server and an agent of every system and way of installing.
@Suite struct MatrixTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var distribution: Cluster.Distribution
        var layout: Cluster.Layout

        static let all = Cluster.Distribution.allCases.flatMap { distribution in
            Cluster.Layout.allCases.map { Case(distribution: distribution, layout: $0) }
        }.filter { $0.distribution != .kubeadm || $0.layout != .k3sManifests }

        var testDescription: String { "\(distribution.rawValue), \(layout.rawValue)" }

        func apply(to lab: inout Lab) {
            let nodes = lab.nodes
            LayoutCase(layout: layout, distribution: distribution, hasBundle: false).apply(to: &lab)
            lab.cluster?.version = MatrixTests.versions[distribution] ?? ""
            lab.nodes = MatrixTests.nodes(like: nodes)
        }
    }

    private static let versions: [Cluster.Distribution: String] = [
        .k3s: "v1.33.6+k3s1", .rke2: "v1.33.6+rke2r1", .kubeadm: "v1.33.6",
    ]

    /// Keys that kindling writes, of those in cloud-init's own schema.
    private static let keys: Set<String> = [
        "hostname", "manage_etc_hosts", "ssh_pwauth", "ssh_authorized_keys", "users", "package_update", "packages",
        "bootcmd", "ca_certs", "write_files", "runcmd", "autoinstall",
    ]

    /// A node of every role, system and way of installing; Ubuntu alone has an installer.
    private static func nodes(like nodes: [ClusterNode]) -> [ClusterNode] {
        guard let first = nodes.first else { return [] }
        return ClusterNode.Role.allCases.flatMap { role in
            OperatingSystem.allCases.flatMap { os in
                ClusterNode.Install.allCases.filter { $0 == .image || os.rawValue.hasPrefix("ubuntu") }.map { install in
                    var node = first
                    node.name = "\(os.rawValue.filter { $0 != "." })-\(install.rawValue)-\(role.rawValue)"
                    (node.role, node.os, node.install) = (role, os, install)
                    return node
                }
            }
        }
    }

    @Test(arguments: Case.all) func everyNodeGetsWhatCloudInitTakes(example: Case) throws {
        let input = try Fixture.input { example.apply(to: &$0) }
        let files = try Renderer(input).outputs()
        #expect(try Set(Leaves(files).texts.keys).isEmpty == false, "every document parses in depth")
        for node in input.lab.nodes {
            let text = try #require(files.first { $0.path == "nodes/\(node.name)/user-data" }).text
            let data = try UserData(text)
            check(data.node, node.name)
            guard let inner = data.node.at("autoinstall", "user-data") else { continue }
            check(inner, "\(node.name), installed")
        }
        #expect(Set(files.map(\.path)).count == files.count)
    }

    private func check(_ config: Node, _ name: String) {
        #expect(Set(config.pairs?.compactMap(\.key.text) ?? []).subtracting(Self.keys) == [], "\(name)")
        let entries = config["write_files"]?.items ?? []
        #expect(!entries.isEmpty || config["autoinstall"] != nil, "\(name)")
        for entry in entries {
            let path = entry["path"]?.text ?? ""
            let isString = entry["permissions"].map { $0.resolved == .string($0.text ?? "") } ?? false
            #expect(isString && entry["permissions"]?.text?.count == 4, "\(name): \(path)")
            #expect(path.hasPrefix("/"))
        }
        let paths = entries.compactMap { $0["path"]?.text }
        #expect(Set(paths).count == paths.count, "\(name): a path is written twice")
    }

    @Test(arguments: Case.all) func theInstanceIDIsThatOfTheMachineAndItsGeneration(example: Case) throws {
        var input = try Fixture.input { example.apply(to: &$0) }
        func identifiers() throws -> [String?] {
            let renderer = Renderer(input)
            return try input.lab.nodes.map { node in
                let file = try renderer.nodeFiles(node, seed: .inline).first { $0.path.hasSuffix("/meta-data") }
                return try YAMLParser.document(#require(file).text, file: "meta-data")["instance-id"]?.text
            }
        }
        let first = try identifiers()
        #expect(first == input.lab.nodes.map { "\($0.name)-1" })
        input.generations = [input.lab.nodes[0].name: 2]
        let second = try identifiers()
        #expect(second.dropFirst() == first.dropFirst())
        #expect(second[0] == "\(input.lab.nodes[0].name)-2")
    }
}
