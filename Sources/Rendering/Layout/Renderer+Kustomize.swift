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
    /// A folder for each part, and one `kustomization.yaml` above them. Charts that nothing in the cluster installs are
    /// in `charts/`, which is not among its resources: to build it takes helm and the network.
    func kustomizeFiles(_ objects: [ClusterObject], _ cluster: Cluster) throws(RenderingError) -> [RenderedFile] {
        let resources = objects.filter { $0.chart == nil || cluster.distribution.installsCharts }
        var parts: [String] = []
        for object in resources where !parts.contains(object.part) { parts.append(object.part) }
        var files = [try kustomization("cluster", parts, isTop: true)]
        for part in parts {
            let objects = resources.filter { $0.part == part }
            files.append(try kustomization("cluster/\(part)", objects.map { "\($0.name).yaml" }, isTop: false))
            files += objects.map { file($0, in: "cluster/\(part)") }
        }
        let charts = objects.compactMap(\.chart)
        guard !cluster.distribution.installsCharts, !charts.isEmpty else { return files }
        let filled = try fill("layouts/helm-charts.yaml", ["charts": .list(charts.map(chartValues))])
        files.append(RenderedFile(path: "cluster/charts/kustomization.yaml", filled))
        return files + charts.flatMap { valuesFile($0, in: "cluster/charts/\($0.name)") }
    }

    private func kustomization(
        _ folder: String,
        _ resources: [String],
        isTop: Bool
    ) throws(RenderingError) -> RenderedFile {
        let filled = try fill(
            "layouts/kustomization.yaml",
            ["resources": .list(resources.map { .string($0) }), "isTop": .bool(isTop)]
        )
        return RenderedFile(path: "\(folder)/kustomization.yaml", filled)
    }
}
