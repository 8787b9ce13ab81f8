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
    /// `cluster/…` in lab.yaml's layout, and below `secrets/` what must not be committed with it.
    func clusterFiles() throws(RenderingError) -> [RenderedFile] {
        guard let cluster = lab.cluster else { return [] }
        let objects = try clusterObjects(for: .outputs)
        let apart = objects.filter(\.isApart).map { file($0, in: "secrets/cluster") }
        let open = objects.filter { !$0.isApart }
        var own: [ClusterObject] = []
        for instance in lab.appInstances where instance.component == nil { own += try ownObjects(instance) }
        let files =
            switch cluster.layout {
            case .k3sManifests: open.map { file($0, in: "cluster") }
            case .flat: try flatFiles(open, cluster)
            case .kustomize: try kustomizeFiles(open, cluster)
            case .argocdApps: try argocdFiles(open, cluster)
            }
        return try apart + files + itemFile(objects + own)
    }

    /// Refuses a layout that the distribution has no reader for.
    func checkLayout(_ cluster: Cluster) throws(RenderingError) {
        if cluster.layout == .k3sManifests, !cluster.distribution.installsCharts {
            throw RenderingError(
                .renderingConflict,
                "layout k3s-manifests needs k3s or RKE2, and cluster.distribution is \(cluster.distribution.rawValue)",
                remedy: "use kustomize, argocd-apps or flat"
            )
        }
        if cluster.layout == .argocdApps, cluster.component("argocd") == nil {
            throw RenderingError(
                .renderingConflict,
                "layout argocd-apps is read by Argo CD, and cluster.components has no argocd",
                remedy: "add argocd to cluster.components, or use kustomize"
            )
        }
    }

    /// Plain manifests. Where nothing in the cluster installs charts, each has a folder with its values and the command
    /// that installs it.
    private func flatFiles(_ objects: [ClusterObject], _ cluster: Cluster) throws(RenderingError) -> [RenderedFile] {
        var files: [RenderedFile] = []
        for object in objects {
            guard let release = object.chart, !cluster.distribution.installsCharts else {
                files.append(file(object, in: "cluster"))
                continue
            }
            let folder = "cluster/charts/\(object.name)"
            files += valuesFile(release, in: folder)
            let script = try fill("layouts/helm.sh", ["chart": chartValues(release)])
            files.append(RenderedFile(path: "\(folder)/install.sh", script))
        }
        return files
    }

    func valuesFile(_ release: ChartRelease, in folder: String) -> [RenderedFile] {
        release.values.map { [RenderedFile(path: "\(folder)/values.yaml", $0)] } ?? []
    }

    func file(_ object: ClusterObject, in folder: String) -> RenderedFile {
        RenderedFile(path: "\(folder)/\(object.name).yaml", object.filled)
    }
}
