//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab

extension Cluster {
    /// Whether all of `out/cluster` may go to git, so that no secret stands in it.
    package var isCommitted: Bool {
        secretForm == .externalSecret || layout == .kustomize || layout == .argocdApps
    }
}

extension Cluster.Distribution {
    /// Whether it installs the charts that HelmChart objects name.
    package var installsCharts: Bool { self != .kubeadm }
}
