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

@Suite("the keys of a cluster's own")
struct KubernetesKeysTests {
    private static let lab = """
        lab: small
        domain: lab.test
        identity: {issuer: "https://id.lab.test", address: 10.0.0.2}
        users: [{email: admin@lab.test, username: admin, name: Admin, groups: [admins]}]
        clients: [{app: kubernetes}]
        cluster: {distribution: DISTRIBUTION, version: VERSION, endpoint: 10.0.0.10}
        nodes:
          - {name: one, role: server, address: 10.0.0.10/24}
          - {name: two, role: agent, address: 10.0.0.11/24}
        """

    private func harness(_ distribution: String, _ version: String) throws -> CommandHarness {
        try CommandHarness(
            lab: Self.lab.replacing("DISTRIBUTION", with: distribution).replacing("VERSION", with: version)
        )
    }

    @Test(
        "are made once, listed without their values, and stand among the node's files",
        arguments: [("k3s", "v1.33.6+k3s1", 6), ("rke2", "v1.33.6+rke2r1", 6), ("kubeadm", "v1.33.6", 4)]
    )
    func made(distribution: String, version: String, count: Int) async throws {
        let harness = try harness(distribution, version)
        let first = await harness.run(["up", "--once"])
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.split(separator: "\n").count { $0.contains("kubernetes/small/") } == count)
        let out = "\(harness.folder.path)/lab/out"
        let before = try Snapshot(of: out)
        let second = await harness.run(["up", "--once"])
        #expect(second.output.contains("0 written"))
        #expect(try Snapshot(of: out) == before)
        let list = await harness.run(["secret", "list"])
        #expect(list.status == 0)
        #expect(list.output.split(separator: "\n").count { $0.contains("kubernetes/small/") } == count)
        #expect(!list.output.contains("-----BEGIN"))
        let server = try #require(before.files["nodes/one/user-data"])
        #expect(server.mode & 0o077 == 0)
        #expect(server.text.contains("-----BEGIN PRIVATE KEY-----"))
        #expect(try !#require(before.files["nodes/two/user-data"]).text.contains("PRIVATE KEY"))
    }

    @Test("are shown like any secret, and stay when a token changes")
    func kept() async throws {
        let harness = try harness("k3s", "v1.33.6+k3s1")
        #expect(await harness.run(["up", "--once"]).status == 0)
        let name = "kubernetes/small/server-ca"
        #expect(await harness.run(["secret", "show", name, "--reveal"]).status == 77)
        let hidden = await harness.run(["secret", "show", name])
        #expect(hidden.output.contains("••• "))
        let before = await harness.run(["secret", "show", name, "--reveal", "--yes"]).output
        #expect(before.contains("-----BEGIN CERTIFICATE-----"))
        let token = String(repeating: "Zm9vYmFyMTIzNDU2", count: 3)
        #expect(await harness.run(["secret", "set", "k3s-token"], input: token).status == 0)
        #expect(await harness.run(["up", "--once"]).status == 0)
        #expect(await harness.run(["secret", "show", name, "--reveal", "--yes"]).output == before)
        let out = "\(harness.folder.path)/lab/out/nodes/one/user-data"
        #expect(String(decoding: try Files.read(out), as: UTF8.self).contains(token))
    }

    @Test("that are none are refused when outputs are made")
    func broken() async throws {
        let harness = try harness("k3s", "v1.33.6+k3s1")
        #expect(await harness.run(["up", "--once"]).status == 0)
        #expect(await harness.run(["secret", "set", "kubernetes/small/client-ca"], input: "nothing").status == 0)
        let outcome = await harness.run(["render"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("the secret kubernetes/small/client-ca is no certificate with its key"))
    }

    @Test(
        "rotating the root says where each distribution reads it",
        arguments: [
            ("k3s", "v1.33.6+k3s1", "/etc/rancher/k3s/auth.yaml", "/var/lib/rancher/k3s/server/manifests/"),
            (
                "rke2", "v1.33.6+rke2r1", "/etc/rancher/rke2/authentication/auth.yaml",
                "/var/lib/rancher/rke2/server/manifests/"
            ),
            ("kubeadm", "v1.33.6", "/etc/kubernetes/authentication/auth.yaml", "/etc/kindling/apply/manifests/"),
        ]
    )
    func rotation(distribution: String, version: String, file: String, folder: String) async throws {
        let harness = try harness(distribution, version)
        #expect(await harness.run(["up", "--once"]).status == 0)
        let outcome = await harness.run(["ca", "rotate", "prepare"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains(" \(file);"))
        #expect(outcome.output.contains("root@one:\(folder)\n"))
        #expect(outcome.output.contains("kindling-apply.service") == (distribution == "kubeadm"))
        let data = String(
            decoding: try Files.read("\(harness.folder.path)/lab/out/nodes/one/user-data"),
            as: UTF8.self
        )
        #expect(data.contains("path: \(file)\n"))
        #expect(data.contains("path: \(folder)00-namespaces.yaml\n"))
    }

    @Test("rotating the root names the file of API servers that take tokens of any app")
    func rotationWithoutKubectl() async throws {
        let harness = try CommandHarness(
            lab: Self.lab.replacing("app: kubernetes", with: "app: headlamp, url: https://headlamp.lab.test")
                .replacing("DISTRIBUTION", with: "k3s").replacing("VERSION", with: "v1.33.6+k3s1")
        )
        #expect(await harness.run(["up", "--once"]).status == 0)
        let outcome = await harness.run(["ca", "rotate", "prepare"])
        #expect(outcome.output.contains("certificateAuthority of /etc/rancher/k3s/auth.yaml;"), "\(outcome.output)")
    }
}
