//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Templating

/// One manifest of the cluster, with one document or several.
struct ClusterObject {
    /// File name without `.yaml`, without a dot: k3s names its own record of the manifest after it, up to the first.
    var name: String
    var filled: FilledTemplate
    /// What it belongs to: a component's name, or one of ``Part``.
    let part: String
    /// The template that made it, for messages.
    let template: String
    /// The chart that it installs, for distributions and layouts that have another way to do so.
    var chart: ChartRelease?
    /// Whether it holds a secret in a place where the others hold none, so that it is kept apart from them.
    var isApart = false
    /// Fields of the secret store that it reads.
    var fields: [String] = []

    /// What belongs to no component.
    enum Part {
        /// Namespaces, cluster DNS, bindings.
        static let base = "base"
        static let trust = "trust"
    }

    /// Its place among the manifests, the digits at the beginning of its name.
    var number: Int { Int(String(name.prefix { $0.isNumber })) ?? 0 }
}

/// A chart that the cluster installs.
struct ChartRelease {
    /// Name of the release.
    let name: String
    let component: Cluster.Component
    /// `nil` where the chart's own values do.
    let values: FilledTemplate?

    /// URL of the repository; empty where ``chart`` is an address of its own.
    var repository: String { isOCI ? "" : component.source.repository }
    /// Name in the repository, or its address (`oci://…`).
    var chart: String {
        isOCI ? "\(component.source.repository)/\(component.source.chart)" : component.source.chart
    }

    private var isOCI: Bool { component.source.repository.hasPrefix("oci://") }
}

/// Where manifests go.
enum ManifestPlace {
    /// Into the user-data of the first server.
    case firstServer
    /// Below `out/`.
    case outputs
}

/// A namespace that kindling knows.
struct ClusterNamespace {
    let name: String
    /// Whether trust-manager's Bundle serves it; otherwise kindling's own ConfigMap does.
    let isLabelled: Bool
    /// Whether it comes with Kubernetes.
    let isBuiltIn: Bool
}
