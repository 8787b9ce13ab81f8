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

/// What a distribution adds to the first boot of a node.
struct NodePart {
    var files: [NodeFile] = []
    /// Debian packages that it needs.
    var packages: [String] = []
    /// Programs that run once, in this order, when the files are written.
    var runs: [String] = []
    /// Folders that need memory of their own where the root is a layer in memory.
    var folders: [String] = []
}

extension Renderer {
    /// Where kindling's programs stand on a node.
    static let programs = "/usr/local/lib/kindling"

    /// The part of the cluster's distribution in a node; nothing without a cluster.
    func distributionPart(_ node: ClusterNode) throws(RenderingError) -> NodePart {
        guard let cluster = lab.cluster else { return NodePart() }
        try checkBuilt(cluster)
        switch cluster.distribution {
        case .k3s: return try rancherPart(.k3s, node, cluster)
        case .rke2: return try rancherPart(.rke2, node, cluster)
        case .kubeadm: return try kubeadmPart(node, cluster)
        }
    }

    /// The program that brings files of a release to a node, and verifies them.
    func fetchProgram() throws(RenderingError) -> NodeFile {
        NodeFile("\(Self.programs)/fetch", try fill("cluster/fetch.sh"), permissions: "0755")
    }

    /// The Debian packages that fetching needs and an image may lack.
    func fetchPackages(_ node: ClusterNode, _ cluster: Cluster) -> [String] {
        switch node.os {
        case .debian12, .debian13: cluster.install.folder == nil ? ["curl"] : []
        case .ubuntu2204, .ubuntu2404, .raspios13: []
        }
    }

    /// Whether a node is the server that the cluster begins with.
    func isFirst(_ node: ClusterNode) -> Bool { lab.firstServer?.name == node.name }

    /// A secret of the state that a distribution needs.
    func secret(_ name: String) throws(RenderingError) -> Secret<String> {
        guard let secret = input.secrets[name] else { throw .missing("secret \(name)") }
        return secret
    }

    /// An authority of the cluster's own.
    func authority(_ name: String) throws(RenderingError) -> KubernetesKeys.Authority {
        guard let authority = input.kubernetesKeys?.authorities[name] else { throw .missing("authority \(name)") }
        return authority
    }

    /// What a node proves itself by.
    func password(of node: ClusterNode) throws(RenderingError) -> Secret<String> {
        guard let password = input.kubernetesKeys?.nodePasswords[node.name] else {
            throw .missing("password of node \(node.name)")
        }
        return password
    }

    /// The authorities of the cluster's own and their keys, as files below a folder.
    func authorityFiles(below folder: String) throws(RenderingError) -> [NodeFile] {
        var files: [NodeFile] = []
        for name in RequiredKubernetesKeys.authorities(of: lab) {
            let authority = try authority(name)
            files.append(NodeFile("\(folder)/\(name).crt", Self.verbatim(authority.certificate)))
            files.append(NodeFile("\(folder)/\(name).key", Self.verbatim(authority.key)))
        }
        return files
    }

    static func verbatim(_ text: String) -> FilledTemplate { FilledTemplate(text: text, holdsSecret: false) }

    static func verbatim(_ secret: Secret<String>) -> FilledTemplate {
        FilledTemplate(text: secret.expose(), holdsSecret: true)
    }
}

extension RenderingError {
    /// Something that the state should hold is not there.
    static func missing(_ what: String) -> RenderingError {
        RenderingError(.renderingInputMissing, "there is no \(what) in the state", remedy: "kindling up --once")
    }
}
