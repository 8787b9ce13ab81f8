//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Support
import Templating

extension Renderer {
    /// What makes a node part of a cluster of k3s or RKE2. The first server alone carries the manifests and the keys of
    /// the authorities; further servers get the latter from it.
    func rancherPart(
        _ layout: RancherLayout,
        _ node: ClusterNode,
        _ cluster: Cluster
    ) throws(RenderingError) -> NodePart {
        NodePart(
            files: try rancherFiles(layout, node, cluster),
            packages: fetchPackages(node, cluster),
            runs: [layout.program],
            folders: ["/var/lib/rancher", "/var/lib/kubelet"]
        )
    }

    private func rancherFiles(
        _ layout: RancherLayout,
        _ node: ClusterNode,
        _ cluster: Cluster
    ) throws(RenderingError) -> [NodeFile] {
        let own = rancherValues(layout, node, cluster)
        let unit = layout.unit(node.role)
        let configuration = try fill("\(layout.name)/\(node.role.rawValue).yaml", own)
        var files = [NodeFile("\(layout.configuration)/config.yaml", configuration)]
        files += try tokenFiles(layout, node)
        let password = try password(of: node).expose()
        files.append(NodeFile("/etc/rancher/node/password", Self.verbatim(Secret(password + "\n"))))
        if node.role == .server, !audiences.isEmpty {
            files.append(NodeFile(layout.authentication, try fill("cluster/auth.yaml")))
        }
        if let registries = cluster.registries {
            files.append(NodeFile("\(layout.configuration)/registries.yaml", K3sRegistries.filled(registries)))
        }
        files.append(NodeFile("/etc/systemd/system/\(unit)", try fill("\(layout.name)/\(unit)"), permissions: "0644"))
        files.append(try fetchProgram())
        files.append(
            NodeFile(layout.program, try fill("\(layout.name)/install.sh", own), permissions: "0755")
        )
        guard isFirst(node) else { return files }
        files += try authorityFiles(below: layout.authorities)
        for object in try clusterObjects() {
            files.append(NodeFile("\(layout.manifests)/\(object.name).yaml", object.filled))
        }
        return files
    }

    /// The first server takes the bare passwords; whoever joins it takes the one that pins its authority, and says by its
    /// user name what it joins as (k3s-io/k3s, pkg/daemons/control/deps, `readTokens`).
    private func tokenFiles(_ layout: RancherLayout, _ node: ClusterNode) throws(RenderingError) -> [NodeFile] {
        let server = try secret(RequiredSecrets.serverToken(layout.distribution)).expose()
        let agent = try secret(RequiredSecrets.agentToken(layout.distribution)).expose()
        let pin = "K10\(try authority("server-ca").fileDigest)::"
        let token =
            switch node.role {
            case .server: isFirst(node) ? server : "\(pin)server:\(server)"
            case .agent: "\(pin)node:\(agent)"
            }
        var files = [NodeFile("\(layout.configuration)/token", Self.verbatim(Secret(token + "\n")))]
        if node.role == .server {
            files.append(NodeFile("\(layout.configuration)/agent-token", Self.verbatim(Secret(agent + "\n"))))
        }
        return files
    }

    private func rancherValues(
        _ layout: RancherLayout,
        _ node: ClusterNode,
        _ cluster: Cluster
    ) -> [String: TemplateValue] {
        let install = cluster.install
        let from = install.folder ?? "\(install.source ?? layout.releases)/\(Self.pathSegment(cluster.version))"
        return [
            "node": nodeValues(node),
            "ingressController": .string(cluster.bundledIngress ?? ""),
            "join": ["url": .string("https://\(cluster.endpointInURLs):\(layout.port)")],
            "install": [
                "from": .string(from),
                "file": .string(layout.file(node.arch)),
                "sums": .string("sha256sum-\(node.arch.rawValue).txt"),
                "sha256": .string(install.sha256[node.arch] ?? ""),
                "images": .string(install.folder == nil ? "" : layout.images(node.arch)),
                "unit": .string(layout.unit(node.role)),
            ],
        ]
    }

    /// A version as a segment of a URL's path: in a release's address the plus sign stands encoded.
    static func pathSegment(_ version: String) -> String { version.replacing("+", with: "%2B") }
}

extension Cluster {
    /// The name of RKE2's own ingress controller for the lab's class; `nil` where the class is of another.
    fileprivate var bundledIngress: String? {
        switch ingress {
        case .ingress("nginx"): "ingress-nginx"
        case .ingress("traefik"): "traefik"
        case .ingress, .gateway: nil
        }
    }
}
