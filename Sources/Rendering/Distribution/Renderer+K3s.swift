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
    /// Where the script that starts k3s stands on a node.
    private static let installScript = "/usr/local/lib/kindling/k3s-install"

    private static let folder = "/etc/rancher/k3s"
    private static let manifests = "/var/lib/rancher/k3s/server/manifests"

    /// What makes a node part of a k3s cluster. The first server alone carries the manifests.
    func k3sPart(_ node: ClusterNode, _ cluster: Cluster) throws(RenderingError) -> NodePart {
        NodePart(
            files: try k3sFiles(node, cluster),
            runs: [Self.installScript],
            folders: ["/var/lib/rancher", "/var/lib/kubelet"]
        )
    }

    private func k3sFiles(_ node: ClusterNode, _ cluster: Cluster) throws(RenderingError) -> [NodeFile] {
        let own = ["node": nodeValues(node)]
        let isServer = node.role == .server
        let unit = isServer ? "k3s.service" : "k3s-agent.service"
        var files = [
            NodeFile("\(Self.folder)/config.yaml", try fill("k3s/\(isServer ? "server" : "agent").yaml", own))
        ]
        let serverToken = try token(RequiredSecrets.serverToken)
        let agentToken = try token(RequiredSecrets.agentToken)
        files.append(NodeFile("\(Self.folder)/token", isServer ? serverToken : agentToken))
        if isServer {
            files.append(NodeFile("\(Self.folder)/agent-token", agentToken))
            if !audiences.isEmpty { files.append(NodeFile("\(Self.folder)/auth.yaml", try fill("k3s/auth.yaml"))) }
        }
        if let registries = cluster.registries {
            files.append(NodeFile("\(Self.folder)/registries.yaml", K3sRegistries.filled(registries)))
        }
        files.append(NodeFile("/etc/systemd/system/\(unit)", try fill("k3s/\(unit)", own), permissions: "0644"))
        files.append(NodeFile(Self.installScript, try fill("k3s/install.sh", own), permissions: "0755"))
        guard isServer, lab.firstServer?.name == node.name else { return files }
        for object in try clusterObjects() {
            files.append(NodeFile("\(Self.manifests)/\(object.name).yaml", object.filled))
        }
        return files
    }

    private func token(_ name: String) throws(RenderingError) -> FilledTemplate {
        guard let secret = input.secrets[name] else {
            throw RenderingError(
                .renderingInputMissing,
                "there is no secret \(name) in the state",
                remedy: "kindling up --once"
            )
        }
        return FilledTemplate(text: secret.expose() + "\n", holdsSecret: true)
    }
}
