//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Testing

@testable import Lab

extension RuleTests {
    static let clusters: [Case] = [
        .add("cluster: {version: v1.33.6, endpoint: 10.0.0.1}", "no version of k3s", hint: "v1.33.6+k3s1"),
        .add("cluster: {version: v1.33, endpoint: 10.0.0.1}", "cluster.version is not a version"),
        .add("cluster: {version: 1.33, endpoint: 10.0.0.1}", "must be a version, and is a number"),
        .add("cluster: {distribution: rke2, version: v1.33.6+k3s1, endpoint: 10.0.0.1}", "no version of rke2"),
        .add("cluster: {distribution: kubeadm, version: v1.33.6+k3s1, endpoint: 10.0.0.1}", "no version of kubeadm"),
        .add("cluster: {version: v1.33.6+k3s1}", "cluster needs endpoint"),
        .add("cluster: {version: v1.33.6+k3s1, endpoint: 10.0.0.1, groupsPrefix: ''}", "cluster.groupsPrefix is empty"),
        .add("cluster: {version: v1.33.6+k3s1, endpoint: 10.0.0.1, groupsPrefix: 'system:'}", "begins with system:"),
        .add("cluster: {version: v1.33.6+k3s1, endpoint: 10.0.0.1, ingress: {}}", "needs class or gateway"),
        .add(
            "cluster: {version: v1.33.6+k3s1, endpoint: 10.0.0.1, ingress: {class: a, gateway: {parentRefs: [{name: b}]}}}",
            "may have only one of class or gateway"
        ),
        .add(
            "cluster: {version: v1.33.6+k3s1, endpoint: 10.0.0.1, ingress: {gateway: {parentRefs: []}}}",
            "parentRefs is empty"
        ),
        .add(
            "cluster: {version: v1.33.6+k3s1, endpoint: 10.0.0.1, registries: {mirror: {}}}",
            "cluster.registries.mirror is not known",
            hint: "did you mean mirrors?"
        ),
        .add(
            "cluster: {version: v1.33.6+k3s1, endpoint: 10.0.0.1, registries: {mirrors: {a.test: {endpoint: [b.test]}}}}",
            "is not the URL of a registry"
        ),
        .add(
            "cluster: {version: v1.33.6+k3s1, endpoint: 10.0.0.1, registries: {configs: {a.test: {auth: {username: a, password: b}}}}}",
            "secrets live in the state"
        ),
        .add(
            "cluster: {version: v1.33.6+k3s1, endpoint: 10.0.0.1, components: {argo: 1.0.0}}",
            "cluster.components has no argo",
            hint: "argocd"
        ),
        .add(
            "cluster: {version: v1.33.6+k3s1, endpoint: 10.0.0.1, components: {argocd: 9.x}}",
            "is not a pinned version"
        ),
        .add(
            "cluster: {version: v1.33.6+k3s1, endpoint: 10.0.0.1, trust: {namespaceLabel: inject}}",
            "is not a label with its value"
        ),
        .add(
            "cluster: {version: v1.33.6+k3s1, endpoint: 10.0.0.1, secretForm: external-secret}",
            "cluster.externalSecret is missing"
        ),
        .add(
            "cluster: {distribution: kubeadm, version: v1.33.6, endpoint: 10.0.0.1, layout: k3s-manifests}",
            "kubeadm reads no such folder"
        ),
    ]

    @Test(arguments: clusters) func `clusters that would not come up are refused`(example: Case) {
        judge(example)
    }

    private static func node(_ text: String, _ message: String, hint: String? = nil) -> Case {
        .add("cluster: {version: v1.33.6+k3s1, endpoint: 10.0.0.1}\nnodes: [{\(text)}]", message, hint: hint)
    }

    static let nodes: [Case] = [
        .add("nodes: [{name: a, role: server}]", "cluster is missing"),
        node("name: a, role: agent", "nodes has no server"),
        node("name: a", "nodes[0] needs role"),
        node("name: A, role: server", "is not a DNS label"),
        node("name: a, role: server}, {name: a, role: agent", "nodes[1].name is already that of nodes[0]"),
        node("name: a, role: server, mac: dc-a6-32-01-02-03", "with colons", hint: "write dc:a6:32:01:02:03"),
        node("name: a, role: server, mac: 'dc:a6'", "is not a MAC address"),
        node(
            "name: a, role: server, mac: 'dc:a6:32:01:02:03'}, {name: b, role: agent, mac: 'DC:A6:32:01:02:03'",
            "nodes[1].mac is already that of nodes[0]"
        ),
        node("name: a, role: server, mac: 'dc:a6:32:01:02:03', serial: x1", "may have only one of mac, uuid, serial"),
        node("name: a, role: server, address: 10.0.0.1", "lacks the length", hint: "10.0.0.1/24"),
        node(
            "name: a, role: server, address: 10.0.0.1/24}, {name: b, role: agent, address: 10.0.0.1/8",
            "nodes[1].address is already that of nodes[0]"
        ),
        node("name: a, role: server, sshKeys: [me]", "is not a public SSH key"),
        node("name: a, role: server, packages: ['a; rm -rf /']", "is not a package"),
        node("name: a, role: server, files: [{path: etc/a}]", "is not an absolute path"),
        node("name: a, role: server, files: [{path: /etc/../a}]", "is not an absolute path"),
        node("name: a, role: server, files: [{path: /a, permissions: 0644}]", "must be permissions", hint: "\"0644\""),
        node("name: a, role: server, files: [{path: /a, permissions: '644'}]", "four octal", hint: "write \"0644\""),
        node("name: a, role: server, files: [{path: /a, permissions: '0888'}]", "is not four octal digits"),
        node("name: a, role: server, files: [{path: /a}, {path: /a}]", "files[1].path is already that of"),
        node(
            "name: a, role: server, files: [{path: /a, content: '-----BEGIN EC PRIVATE KEY-----'}]",
            "holds a private key"
        ),
        node("name: a, role: server, password: x", "secrets live in the state"),
        .add(
            "cluster: {version: v1.33.6+k3s1, endpoint: 10.0.0.1}\nnodes: [{name: a, role: server, profile: ubuntu, mac: 'dc:a6:32:01:02:03'}]\n"
                + "netboot: {address: 10.0.0.2, profiles: {ubuntus: {os: u, kernel: k, initrd: i}}}",
            "is none of netboot.profiles",
            hint: "did you mean ubuntus?"
        ),
        .add(
            "cluster: {version: v1.33.6+k3s1, endpoint: 10.0.0.1}\nnodes: [{name: a, role: server, profile: u}]\n"
                + "netboot: {address: 10.0.0.2, profiles: {u: {os: u, kernel: k, initrd: i}}}",
            "nothing to be recognised by",
            hint: "mac"
        ),
        .add("netboot: {address: 10.0.0.2, http: '0.0.0.0:443'}", "cannot listen where identity.listen does"),
        .warn(
            "cluster: {version: v1.33.6+k3s1, endpoint: 10.0.0.9}\nnodes: [{name: a, role: server, address: 10.0.0.1/24}]",
            "is not the address of the first server, a (10.0.0.1)"
        ),
    ]

    @Test(arguments: nodes) func `nodes that could not join are refused`(example: Case) {
        judge(example)
    }
}
