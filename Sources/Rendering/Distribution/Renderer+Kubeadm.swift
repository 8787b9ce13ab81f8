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
    private static let folder = "/etc/kubernetes"
    private static let apply = "/etc/kindling/apply"
    private static let releases = "https://dl.k8s.io/release"
    private static let helm = "https://get.helm.sh"
    /// The addresses of pods, flannel's own choice too.
    private static let podSubnet = "10.244.0.0/16"

    /// What makes a node part of a cluster of kubeadm. All servers carry the authorities, so that no key travels through
    /// the cluster; the first alone applies charts and manifests.
    func kubeadmPart(_ node: ClusterNode, _ cluster: Cluster) throws(RenderingError) -> NodePart {
        try checkKubeadm(cluster)
        return NodePart(
            files: try kubeadmFiles(node, cluster),
            packages: ["containerd", "containernetworking-plugins", "conntrack", "ethtool", "iptables", "socat"]
                + fetchPackages(node, cluster),
            runs: ["\(Self.programs)/kubeadm-install"],
            folders: ["/var/lib/containerd", "/var/lib/etcd", "/var/lib/kubelet"]
        )
    }

    private func kubeadmFiles(_ node: ClusterNode, _ cluster: Cluster) throws(RenderingError) -> [NodeFile] {
        let own = try kubeadmValues(node, cluster)
        let configuration = isFirst(node) ? "kubeadm/init.yaml" : "kubeadm/join.yaml"
        var files = [NodeFile("\(Self.folder)/kubeadm.yaml", try fill(configuration, own))]
        for (path, template) in [
            ("/etc/containerd/config.toml", "containerd.toml"),
            ("/etc/modules-load.d/kindling-kubernetes.conf", "modules.conf"),
            ("/etc/sysctl.d/90-kindling-kubernetes.conf", "sysctl.conf"),
            ("/etc/systemd/system/kubelet.service", "kubelet.service"),
            ("/etc/systemd/system/kubelet.service.d/10-kubeadm.conf", "kubelet.service.d/10-kubeadm.conf"),
        ] {
            files.append(NodeFile(path, try fill("kubeadm/\(template)", own), permissions: "0644"))
        }
        files.append(try fetchProgram())
        files.append(
            NodeFile("\(Self.programs)/kubeadm-install", try fill("kubeadm/install.sh", own), permissions: "0755")
        )
        guard node.role == .server else { return files }
        files += try authorityFiles(below: "\(Self.folder)/pki")
        if let key = input.kubernetesKeys?.serviceAccount {
            files.append(NodeFile("\(Self.folder)/pki/sa.key", Self.verbatim(key.key)))
            files.append(NodeFile("\(Self.folder)/pki/sa.pub", Self.verbatim(key.publicKey)))
        }
        if !audiences.isEmpty {
            files.append(NodeFile("\(Self.folder)/authentication/auth.yaml", try fill("cluster/auth.yaml")))
        }
        return isFirst(node) ? files + (try applyFiles(cluster, own)) : files
    }

    /// What the first server brings to the API server, and the unit that does so.
    private func applyFiles(
        _ cluster: Cluster,
        _ own: [String: TemplateValue]
    ) throws(RenderingError) -> [NodeFile] {
        let objects = try clusterObjects()
        var files = objects.map { object in
            guard let chart = object.chart else {
                return NodeFile("\(Self.apply)/manifests/\(object.name).yaml", object.filled)
            }
            return NodeFile("\(Self.apply)/charts/\(object.name).yaml", chart.values ?? Self.verbatim(""))
        }
        let steps = ApplyStep.all(objects)
        files.append(NodeFile("\(Self.apply)/steps", Self.verbatim(steps.map { "\($0.line)\n" }.joined())))
        let unit = "kindling-apply.service"
        files.append(NodeFile("\(Self.programs)/apply", try fill("kubeadm/apply.sh", own), permissions: "0755"))
        files.append(NodeFile("/etc/systemd/system/\(unit)", try fill("kubeadm/\(unit)"), permissions: "0644"))
        return files
    }

    private func kubeadmValues(
        _ node: ClusterNode,
        _ cluster: Cluster
    ) throws(RenderingError) -> [String: TemplateValue] {
        let install = cluster.install
        let version = Self.pathSegment(cluster.version)
        let from = install.folder ?? "\(install.source ?? Self.releases)/\(version)/bin/linux/\(node.arch.rawValue)"
        return [
            "node": nodeValues(node),
            "podSubnet": .string(Self.podSubnet),
            "isAgent": .bool(node.role == .agent),
            "runsOnServers": .bool(!lab.nodes.contains { $0.role == .agent }),
            "join": [
                "endpoint": .string("\(cluster.endpointInURLs):6443"),
                "token": .secret(try secret(RequiredSecrets.bootstrapToken)),
                "hash": .string("sha256:\(try authority("ca").publicKeyDigest)"),
            ],
            "install": [
                "from": .string(from),
                "folder": .string(install.folder ?? ""),
                "helm": .string(install.folder ?? Self.helm),
                "arch": .string(node.arch.rawValue),
                "command": .string(isFirst(node) ? "init" : "join"),
                "mark": .string("\(Self.folder)/\(node.role == .server ? "admin.conf" : "kubelet.conf")"),
                "unit": .string(isFirst(node) ? "kindling-apply.service" : ""),
            ],
        ]
    }

    private func checkKubeadm(_ cluster: Cluster) throws(RenderingError) {
        // Before, `kubeadm.k8s.io/v1beta4` was not known, and kubeadm called crictl, which nothing here installs.
        guard let version = KubernetesVersion(cluster.version), (version.major, version.minor) >= (1, 31) else {
            throw .notBuilt("kubeadm \(cluster.version)", use: "1.31 or later in cluster.version")
        }
        guard cluster.install.sha256.isEmpty else {
            throw RenderingError(
                .renderingConflict,
                "cluster.install.sha256 pins one file, and kubeadm comes with kubelet and kubectl",
                remedy: "remove it; verify the files yourself and name their folder in cluster.install.folder"
            )
        }
        if cluster.registries != nil {
            throw .notBuilt("cluster.registries on kubeadm", use: "nodes.files for /etc/containerd/certs.d")
        }
    }
}

extension Cluster {
    /// The endpoint as the host of a URL: an IPv6 address stands in brackets (RFC 3986, section 3.2.2).
    var endpointInURLs: String { IPAddress.bytes(endpoint)?.count == 16 ? "[\(endpoint)]" : endpoint }
}
