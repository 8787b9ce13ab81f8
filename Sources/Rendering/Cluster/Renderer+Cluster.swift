//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Templating

extension Renderer {
    /// The cluster's manifests in the order in which they are applied; empty without a cluster.
    ///
    /// k3s tries a manifest again until what it needs is there, so the order only saves attempts.
    ///
    /// - Parameter place: where they go; what goes to git holds no secret but in objects that are apart.
    /// - Returns: the manifests, no two of one name.
    /// - Throws: ``RenderingError`` for what cannot be made of this lab.
    func clusterObjects(for place: ManifestPlace = .firstServer) throws(RenderingError) -> [ClusterObject] {
        guard let cluster = lab.cluster else { return [] }
        try checkBuilt(cluster)
        let isSeparated = cluster.secretForm == .externalSecret || place == .outputs && cluster.isCommitted
        let objects = isSeparated ? try separatedObjects(cluster) : try filledObjects(cluster)
        var names: Set<String> = []
        for object in objects where !names.insert(object.name).inserted {
            throw RenderingError(
                .renderingConflict,
                "two manifests would be called \(object.name)",
                remedy: "rename a role or the ConfigMap in lab.yaml"
            )
        }
        return objects
    }

    /// The manifests with every secret where its template has it.
    func filledObjects(_ cluster: Cluster) throws(RenderingError) -> [ClusterObject] {
        var objects = try [
            object("00-namespaces", "cluster/namespaces.yaml", ["namespaces": namespaceValues(cluster)])
        ]
        objects += try distributionObjects(cluster)
        if let component = cluster.component("cert-manager") { objects += try certManager(cluster, component) }
        objects += try trustObjects(cluster)
        try checkClients(cluster)
        for instance in lab.installedApps {
            if let component = instance.component { objects += try appObjects(instance, component) }
        }
        for (role, groups) in try bindings() {
            objects.append(
                try object(
                    "50-\(role)",
                    "cluster/role-binding.yaml",
                    ["binding": ["role": .string(role), "groups": .list(groups.map { .string($0) })]]
                )
            )
        }
        return objects
    }

    /// The namespaces that kindling renders for. Those of apps trust the lab; the system's own get the ConfigMap.
    func namespaces(_ cluster: Cluster) -> [ClusterNamespace] {
        let hasBundle = cluster.component("trust-manager") != nil
        var namespaces = [ClusterNamespace(name: "kube-system", isLabelled: false, isBuiltIn: true)]
        if hasBundle || cluster.component("cert-manager") != nil {
            namespaces.append(ClusterNamespace(name: "cert-manager", isLabelled: false, isBuiltIn: false))
        }
        for instance in lab.installedApps where !namespaces.contains(where: { $0.name == instance.namespace }) {
            namespaces.append(ClusterNamespace(name: instance.namespace, isLabelled: hasBundle, isBuiltIn: false))
        }
        return namespaces
    }

    func object(
        _ name: String,
        _ template: String,
        _ own: [String: TemplateValue] = [:],
        part: String = ClusterObject.Part.base
    ) throws(RenderingError) -> ClusterObject {
        let plain = String(name.map { $0 == "." || $0 == ":" ? "-" : $0 })
        return ClusterObject(name: plain, filled: try fill(template, own), part: part, template: template)
    }

    private func certManager(
        _ cluster: Cluster,
        _ component: Cluster.Component
    ) throws(RenderingError) -> [ClusterObject] {
        guard let intermediate = input.clusterIntermediate else {
            throw RenderingError(
                .renderingInputMissing,
                "there is no intermediate for cluster \(cluster.name)",
                remedy: "kindling ca create"
            )
        }
        return try [
            chart(component, named: component.name, values: fill("apps/cert-manager/values.yaml")),
            object(
                "11-local-ca",
                "apps/cert-manager/local-ca.yaml",
                [
                    "intermediate": [
                        "certificate": .string(intermediate.certificate),
                        "key": .secret(intermediate.key),
                        "root": .string(intermediate.root),
                    ]
                ],
                part: component.name
            ),
            object("12-cluster-issuer", "apps/cert-manager/cluster-issuer.yaml", part: component.name),
        ]
    }

    /// Either a Bundle or ConfigMaps of kindling's own carry a name in a namespace, never both.
    private func trustObjects(_ cluster: Cluster) throws(RenderingError) -> [ClusterObject] {
        var objects: [ClusterObject] = []
        if let component = cluster.component("trust-manager") {
            let values = try fill("apps/trust-manager/values.yaml")
            objects.append(try chart(component, named: component.name, values: values))
            objects.append(
                try object("21-\(cluster.trust.configMap)", "trust/bundle.yaml", part: component.name)
            )
        }
        for namespace in namespaces(cluster) {
            let name = namespace.isLabelled ? "\(cluster.trust.configMap)-dir" : cluster.trust.configMap
            objects.append(
                try object(
                    "22-\(name)-\(namespace.name)",
                    "trust/configmap.yaml",
                    ["configMap": Self.nameValues(name, namespace: namespace.name)],
                    part: ClusterObject.Part.trust
                )
            )
        }
        return objects
    }

    /// Refuses an app that is to be installed and that nobody signs in to.
    private func checkClients(_ cluster: Cluster) throws(RenderingError) {
        let names = Set(lab.clients.compactMap { $0.app?.id })
        for component in cluster.components where templates.has("apps/\(component.name)/app.yaml") {
            guard !names.contains(component.name) else { continue }
            throw RenderingError(
                .renderingConflict,
                "cluster.components has \(component.name), clients has not",
                remedy: "add to clients: - {app: \(component.name), url: https://\(component.name).\(lab.domain)}"
            )
        }
    }

    private func namespaceValues(_ cluster: Cluster) -> TemplateValue {
        .list(
            namespaces(cluster).filter { !$0.isBuiltIn }.map { namespace in
                ["name": .string(namespace.name), "isLabelled": .bool(namespace.isLabelled)]
            }
        )
    }

    /// Cluster roles and the groups that have them: the administrators, and the roles of kubectl's client.
    private func bindings() throws(RenderingError) -> [(role: String, groups: [String])] {
        var bindings: [(role: String, groups: [String])] = []
        let roles = lab.clients.filter { $0.app?.id == App.kubernetes }.flatMap(\.roles)
        for (role, groups) in [("cluster-admin", lab.identity.administrators)] + roles.map({ ($0.name, $0.groups) }) {
            let parts = role.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.allSatisfy({ HostName.isDNSName(String($0)) }) else {
                throw RenderingError(
                    .renderingConflict,
                    "\(role) is no name of a cluster role",
                    remedy: "use small letters, digits, hyphens, dots and colons"
                )
            }
            if let index = bindings.firstIndex(where: { $0.role == role }) {
                bindings[index].groups += groups.filter { !bindings[index].groups.contains($0) }
            } else if !groups.isEmpty {
                bindings.append((role, groups))
            }
        }
        return bindings
    }

    /// Refuses what lab.yaml may ask for and no renderer makes yet.
    func checkBuilt(_ cluster: Cluster) throws(RenderingError) {
        guard cluster.secretForm == .plain || cluster.secretForm == .externalSecret else {
            throw .notBuilt("cluster.secretForm \(cluster.secretForm.rawValue)", use: "plain or external-secret")
        }
        try checkLayout(cluster)
        guard lab.identity.provider == .kindling else {
            throw .notBuilt("identity.provider \(lab.identity.provider.rawValue)", use: "kindling")
        }
        guard cluster.component("trust-manager") == nil || cluster.component("cert-manager") != nil else {
            throw RenderingError(
                .renderingConflict,
                "cluster.components has trust-manager, which gets its own certificate from cert-manager, and not that",
                remedy: "add cert-manager to cluster.components"
            )
        }
        guard audiences.isEmpty || KubernetesVersion(cluster.version)?.authenticationVersion != nil else {
            throw RenderingError(
                .renderingNotBuilt,
                "Kubernetes \(cluster.version) cannot take tokens for several clients",
                remedy: "use version 1.30 or later in cluster.version"
            )
        }
    }
}
