//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab

/// One step of what brings charts and manifests to a cluster that has no controller of its own for them.
enum ApplyStep {
    case manifest(ClusterObject)
    case chart(ClusterObject, ChartRelease)
    /// Waits for a kind of resource that a chart brings.
    case crd(String)

    /// The kinds of resources that manifests need, by the component whose chart brings them.
    private static let crds = [
        "cert-manager": ["clusterissuers.cert-manager.io"],
        "trust-manager": ["bundles.trust.cert-manager.io"],
    ]

    /// The steps in the order of the numbers that names begin with; of one number charts come first. What reads a secret
    /// store comes last: its operator may be installed long after, and nothing else is to wait for it.
    static func all(_ objects: [ClusterObject]) -> [ApplyStep] {
        let ordered = objects.enumerated().sorted { left, right in
            (place(left.element), left.offset) < (place(right.element), right.offset)
        }
        return ordered.flatMap { _, object -> [ApplyStep] in
            guard let chart = object.chart else { return [.manifest(object)] }
            return [.chart(object, chart)] + (crds[chart.name] ?? []).map { .crd($0) }
        }
    }

    private static func place(_ object: ClusterObject) -> Int {
        (object.fields.isEmpty ? 0 : 1_000) + object.number * 2 + (object.chart == nil ? 1 : 0)
    }

    /// The step as a line of words: `manifest NAME`, `crd NAME`, or
    /// `chart NAME RELEASE NAMESPACE CHART VERSION REPOSITORY`, where the last is `-` for a chart with an address.
    var line: String {
        switch self {
        case .manifest(let object): "manifest \(object.name)"
        case .crd(let name): "crd \(name)"
        case .chart(let object, let chart):
            [
                "chart", object.name, chart.name, chart.component.source.namespace, chart.chart,
                chart.component.version, chart.repository.isEmpty ? "-" : chart.repository,
            ].joined(separator: " ")
        }
    }
}
