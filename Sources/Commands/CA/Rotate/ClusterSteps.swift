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
        if let file = authentication {
            for server in lab.nodes where server.role == .server {
                steps.append(
                    "on \(server.name): put the roots of \(paths.out)/trust/ca.crt into certificateAuthority of "
                        + "\(file); the API server reads it again by itself"
                )
            }
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
    /// place at their next start; so does the unit on the first server that kubeadm began. New ones go there, or it is told
    /// to leave its own alone.
    private var manifests: [String] {
        guard let cluster = lab.cluster else { return [] }
        guard let first = lab.firstServer?.name else { return applying(cluster) }
        let apart = cluster.isCommitted ? " \(paths.out)/secrets/cluster/*.yaml" : ""
        let source = "\(paths.out)/cluster/*.yaml\(apart)"
        switch (cluster.distribution, cluster.layout) {
        case (.k3s, .k3sManifests), (.rke2, .k3sManifests):
            let (folder, name) = (Self.manifests(cluster), cluster.distribution == .k3s ? "k3s" : "RKE2")
            return ["bring them to \(name): scp \(source) root@\(first):\(folder)/"]
        case (.kubeadm, .flat):
            return [
                "bring them to \(first): scp \(source) root@\(first):/etc/kindling/apply/manifests/",
                "apply them there: systemctl restart kindling-apply.service",
            ]
        default:
            let once = "on \(first), once, so that its own copies never come back: \(Self.leaving(cluster))"
            return [once] + applying(cluster)
        }
    }

    /// How manifests of any layout are applied by hand or by git.
    private func applying(_ cluster: Cluster) -> [String] {
        var steps: [String] = []
        if cluster.isCommitted {
            steps.append("apply what is not in git: kubectl apply -f \(paths.out)/secrets/cluster")
        }
        switch cluster.layout {
        case .kustomize: steps.append("apply them: kubectl apply -k \(paths.out)/cluster")
        case .argocdApps: steps.append("commit \(paths.out)/cluster to where Argo CD reads it")
        case .flat, .k3sManifests: steps.append("apply them: kubectl apply -f \(paths.out)/cluster")
        }
        return steps
    }

    /// The folder of manifests that k3s or RKE2 applies.
    private static func manifests(_ cluster: Cluster) -> String {
        "/var/lib/rancher/\(cluster.distribution.rawValue)/server/manifests"
    }

    /// What makes the first server leave its own copies of manifests alone.
    private static func leaving(_ cluster: Cluster) -> String {
        cluster.distribution == .kubeadm
            ? "systemctl disable --now kindling-apply.service"
            : "for file in \(manifests(cluster))/[0-9]*.yaml; do touch \"$file.skip\"; done"
    }

    /// The file by which API servers authenticate; `nil` where they take no tokens of the lab.
    private var authentication: String? {
        guard let distribution = lab.cluster?.distribution,
            lab.clients.contains(where: { $0.app?.reachesAPIServer ?? false })
        else { return nil }
        return switch distribution {
        case .k3s: "/etc/rancher/k3s/auth.yaml"
        case .rke2: "/etc/rancher/rke2/authentication/auth.yaml"
        case .kubeadm: "/etc/kubernetes/authentication/auth.yaml"
        }
    }
}
