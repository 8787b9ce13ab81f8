//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Templating

/// One manifest of the cluster, a file below `cluster/` and on the first server.
struct ClusterObject {
    /// File name without `.yaml`, without a dot: k3s names its own record of the manifest after it, up to the first.
    let name: String
    let filled: FilledTemplate

    var file: RenderedFile { RenderedFile(path: "cluster/\(name).yaml", filled) }
}

/// A namespace that kindling knows.
struct ClusterNamespace {
    let name: String
    /// Whether trust-manager's Bundle serves it; otherwise kindling's own ConfigMap does.
    let isLabelled: Bool
    /// Whether it comes with Kubernetes.
    let isBuiltIn: Bool
}
