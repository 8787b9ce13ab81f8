//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import YAML

extension Decoding {
    mutating func cluster(_ fields: Fields, lab: String, domain: String) -> Cluster? {
        guard fields.exists else { return nil }
        let distribution = fields.word("distribution", Cluster.Distribution.self) ?? .k3s
        let version = fields.text("version") ?? ""
        if Format.clusterVersion.problem(version) == nil, !distribution.isVersion(version) {
            findings.error(
                fields["version"],
                "cluster.version is no version of \(distribution.rawValue)",
                hint: "for example \(distribution.exampleVersion)"
            )
        }
        checkComponents(fields)
        let layout = fields.word("layout", Cluster.Layout.self)
        if layout == .k3sManifests, distribution == .kubeadm {
            findings.error(
                fields["layout"],
                "cluster.layout is k3s-manifests, and kubeadm reads no such folder",
                hint: "use kustomize, argocd-apps or flat"
            )
        }
        let secretForm = fields.word("secretForm", Cluster.SecretForm.self) ?? .plain
        let external = externalSecret(fields.object("externalSecret"))
        if secretForm == .externalSecret, external == nil {
            findings.error(
                fields["secretForm"],
                "cluster.secretForm is external-secret, and cluster.externalSecret is missing",
                hint: "externalSecret: {store: NAME, item: NAME}"
            )
        }
        return Cluster(
            name: fields.text("name") ?? lab,
            distribution: distribution,
            version: version,
            endpoint: fields.text("endpoint") ?? "",
            ingress: ingress(fields.object("ingress"), distribution),
            groupsPrefix: fields.text("groupsPrefix") ?? "oidc:",
            install: install(fields.object("install")),
            registries: fields["registries"].flatMap { $0.pairs?.isEmpty == false ? $0 : nil },
            trust: trust(fields.object("trust"), lab: lab, domain: domain),
            components: (fields["components"]?.pairs ?? []).compactMap { pair in
                guard let name = pair.key.text, let version = pair.value.text, let source = apps.charts[name] else {
                    return nil
                }
                return Cluster.Component(name: name, version: version, source: source)
            },
            layout: layout ?? (distribution == .kubeadm ? .flat : .k3sManifests),
            secretForm: secretForm,
            externalSecret: external
        )
    }

    private func ingress(_ fields: Fields, _ distribution: Cluster.Distribution) -> Cluster.Ingress {
        if fields["gateway"] != nil {
            let parents = fields.object("gateway").objects("parentRefs")
            return .gateway(
                parents.map { parent in
                    Cluster.ParentReference(
                        name: parent.text("name") ?? "",
                        namespace: parent.text("namespace"),
                        sectionName: parent.text("sectionName"),
                        port: parent.integer("port")
                    )
                }
            )
        }
        return .ingress(className: fields.text("class") ?? distribution.ingressClass)
    }

    private func install(_ fields: Fields) -> Cluster.Install {
        let digests = fields.object("sha256")
        let pairs = ClusterNode.Architecture.allCases.compactMap { arch in
            digests.text(arch.rawValue).map { (arch, $0) }
        }
        return Cluster.Install(
            source: fields.text("source"),
            folder: fields.text("folder"),
            sha256: Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        )
    }

    /// Components that nobody knows how to install.
    private mutating func checkComponents(_ fields: Fields) {
        for pair in fields["components"]?.pairs ?? [] {
            guard let name = pair.key.text, Format.componentName.problem(name) == nil, apps.charts[name] == nil else {
                continue
            }
            findings.error(
                pair.key,
                "cluster.components has no \(name)",
                hint: Meant.hint(name, among: apps.components)
                    ?? "known are \(apps.components.joined(separator: ", ")); another needs apps/\(name)/chart.yaml "
                    + "in the folder of --templates"
            )
        }
    }

    private func trust(_ fields: Fields, lab: String, domain: String) -> Cluster.Trust {
        Cluster.Trust(
            configMap: fields.text("configMap") ?? "lab-ca",
            key: fields.text("key") ?? "ca.crt",
            namespaceLabel: fields.text("namespaceLabel").flatMap { Cluster.Label($0) }
                ?? Cluster.Label(key: "\(lab).\(domain)/ca", value: "inject")
        )
    }

    private func externalSecret(_ fields: Fields) -> Cluster.ExternalSecret? {
        guard fields.exists else { return nil }
        return Cluster.ExternalSecret(
            store: fields.text("store") ?? "",
            kind: fields.text("kind") ?? "ClusterSecretStore",
            item: fields.text("item") ?? ""
        )
    }

    /// Rules of cluster and nodes together.
    mutating func check(_ cluster: Cluster?, _ nodes: [ClusterNode], _ fields: Fields) {
        guard !nodes.isEmpty else { return }
        let entries = fields.objects("nodes")
        if cluster == nil, fields["cluster"] == nil {
            findings.error(
                entries.first?.node?.pairs?.first?.key,
                "nodes form a cluster, and cluster is missing",
                hint: "cluster: {version: v1.33.6+k3s1, endpoint: ADDRESS-OF-THE-FIRST-SERVER}"
            )
        }
        let hasRoles = entries.allSatisfy { $0.word("role", ClusterNode.Role.self) != nil }
        guard let first = zip(entries, nodes).first(where: { $1.role == .server }) else {
            if hasRoles {
                findings.error(
                    entries.first?["role"] ?? fields["nodes"],
                    "nodes has no server",
                    hint: "give the first machine of the cluster role: server"
                )
            }
            return
        }
        if let cluster, let address = first.1.address, let endpoint = IPAddress.bytes(cluster.endpoint),
            endpoint != IPAddress.bytes(address.address)
        {
            findings.warning(
                fields["cluster"]?["endpoint"],
                "cluster.endpoint is not the address of the first server, \(first.1.name) (\(address.address))",
                hint: "right only where a virtual address or load balancer leads there"
            )
        }
    }
}

extension Cluster.Distribution {
    /// A version, for hints.
    var exampleVersion: String {
        switch self {
        case .k3s: "v1.33.6+k3s1"
        case .rke2: "v1.33.6+rke2r1"
        case .kubeadm: "v1.33.6"
        }
    }

    /// Class of the ingress controller that comes with it, or is usual.
    var ingressClass: String { self == .k3s ? "traefik" : "nginx" }

    /// Whether a version has the build part of the distribution.
    func isVersion(_ version: String) -> Bool {
        let parts = version.split(separator: "+", maxSplits: 1)
        let build = parts.count == 2 ? parts[1] : ""
        switch self {
        case .k3s: return Self.isNumbered(build, "k3s")
        case .rke2: return Self.isNumbered(build, "rke2r")
        case .kubeadm: return build.isEmpty
        }
    }

    private static func isNumbered(_ build: Substring, _ prefix: String) -> Bool {
        let number = build.dropFirst(prefix.count)
        return build.hasPrefix(prefix) && !number.isEmpty && number.allSatisfy { $0.isASCII && $0.isNumber }
    }
}
