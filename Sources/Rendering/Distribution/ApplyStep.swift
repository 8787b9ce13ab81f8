//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Templating
import YAML

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

    /// The steps in an order in which each finds what it needs, since a chart is waited for: what Kubernetes itself knows, an
    /// app's Secrets among it, comes before the chart of its part, and what needs the kinds that a chart brings comes after it.
    /// What reads a secret store comes last, with the chart that needs it: the store's operator may be installed long after,
    /// and nothing else is to wait for it.
    static func all(_ objects: [ClusterObject]) -> [ApplyStep] {
        let late = Set(objects.filter { !$0.fields.isEmpty }.map(\.part))
        var numbers: [String: Int] = [:]
        for object in objects where object.chart != nil { numbers[object.part] = object.number }
        let placed = objects.enumerated().map { offset, object in
            let isLate = !object.fields.isEmpty || object.chart != nil && late.contains(object.part)
            let number = numbers[object.part] ?? object.number
            return (place: (isLate ? 1 : 0, number, rank(object), offset), object: object)
        }
        return placed.sorted { $0.place < $1.place }.flatMap { _, object -> [ApplyStep] in
            guard let chart = object.chart else { return [.manifest(object)] }
            return [.chart(object, chart)] + (crds[chart.name] ?? []).map { .crd($0) }
        }
    }

    /// The place of an object within its part.
    private static func rank(_ object: ClusterObject) -> Int {
        if object.chart != nil { return 1 }
        if !object.fields.isEmpty { return 0 }
        let documents = (try? YAMLParser.documents(object.filled.text, file: object.name)) ?? []
        return documents.allSatisfy { $0["apiVersion"]?.text == "v1" } ? 0 : 2
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
