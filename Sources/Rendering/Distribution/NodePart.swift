//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab

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
    /// The part of the cluster's distribution in a node; nothing without a cluster.
    func distributionPart(_ node: ClusterNode) throws(RenderingError) -> NodePart {
        guard let cluster = lab.cluster else { return NodePart() }
        try checkBuilt(cluster)
        switch cluster.distribution {
        case .k3s: return try k3sPart(node, cluster)
        case .rke2, .kubeadm:
            throw .notBuilt("cluster.distribution \(cluster.distribution.rawValue)", use: "k3s")
        }
    }
}
