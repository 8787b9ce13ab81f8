//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Rendering

/// What people do in a cluster and on its nodes while an authority changes: commands and words, in order.
struct ClusterSteps {
    let lab: Lab
    let paths: LabPaths

    /// After the trust bundle has changed: outputs, the API servers, the nodes.
    var trust: [String] {
        var steps = ["write the outputs: \(paths.command("up --once"))"] + manifests
        for server in lab.nodes.filter({ $0.role == .server && hasAPIServer }).map(\.name) {
            steps.append(
                "on \(server): put the roots of \(paths.out)/trust/ca.crt into certificateAuthority of "
                    + "/etc/rancher/k3s/auth.yaml; the API server reads it again by itself"
            )
        }
        let nodes = lab.nodes.map(\.name).joined(separator: ", ")
        if !nodes.isEmpty {
            steps.append("on \(nodes), which read user-data once, and on workstations: \(Self.trusting)")
        } else {
            steps.append("on workstations: \(Self.trusting)")
        }
        return steps
    }

    /// After the cluster's intermediate has changed; none without a cluster.
    var reissue: [String] {
        guard lab.cluster != nil else { return [] }
        return ["write the outputs: \(paths.command("up --once"))"] + manifests + [
            "reissue what cert-manager has issued: cmctl renew --all --all-namespaces",
            "restart what loads certificates or roots once: kubectl -n NAMESPACE rollout restart deployment NAME",
        ]
    }

    /// How it is shown that the cluster has moved.
    var proof: String {
        "see that all has moved: kubectl get secrets -A -o yaml > secrets.yaml, kept out of git, "
            + "for --cluster-secrets of kindling ca rotate finish"
    }

    private static let trusting = "kindling ca install, or kindling ca trust URL --fingerprint F"

    /// How manifests get into the cluster. k3s and RKE2 apply those of a folder, and would put an old one there back in
    /// place at their next start: new ones go there, or it is told to leave its own alone.
    private var manifests: [String] {
        guard let cluster = lab.cluster else { return [] }
        let out = paths.out
        let first = lab.nodes.first { $0.role == .server }?.name
        let folder = "/var/lib/rancher/\(cluster.distribution.rawValue)/server/manifests"
        if cluster.layout == .k3sManifests, let first {
            let apart = cluster.isCommitted ? " \(out)/secrets/cluster/*.yaml" : ""
            let name = cluster.distribution == .k3s ? "k3s" : "RKE2"
            return ["bring them to \(name): scp \(out)/cluster/*.yaml\(apart) root@\(first):\(folder)/"]
        }
        var steps: [String] = []
        if cluster.distribution.installsCharts, let first {
            steps.append(
                "on \(first), once, so that its own copies never come back: "
                    + "for file in \(folder)/[0-9]*.yaml; do touch \"$file.skip\"; done"
            )
        }
        if cluster.isCommitted { steps.append("apply what is not in git: kubectl apply -f \(out)/secrets/cluster") }
        switch cluster.layout {
        case .kustomize: steps.append("apply them: kubectl apply -k \(out)/cluster")
        case .argocdApps: steps.append("commit \(out)/cluster to where Argo CD reads it")
        case .flat, .k3sManifests: steps.append("apply them: kubectl apply -f \(out)/cluster")
        }
        return steps
    }

    private var hasAPIServer: Bool {
        lab.cluster?.distribution == .k3s && lab.clients.contains { $0.app?.id == App.kubernetes }
    }
}
