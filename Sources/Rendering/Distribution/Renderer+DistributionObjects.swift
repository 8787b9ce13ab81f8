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
    /// The manifests that the distribution asks for: where pods find the issuer, and on kubeadm their network.
    func distributionObjects(_ cluster: Cluster) throws(RenderingError) -> [ClusterObject] {
        var objects: [ClusterObject] = []
        if let component = cluster.component("flannel") {
            guard cluster.distribution == .kubeadm else {
                throw RenderingError(
                    .renderingConflict,
                    "cluster.components has flannel, and \(cluster.distribution.rawValue) brings a network of its own",
                    remedy: "remove flannel from cluster.components"
                )
            }
            let own: [String: TemplateValue] = ["namespace": .string(component.source.namespace)]
            objects.append(try object("01-\(component.source.namespace)", "apps/flannel/namespace.yaml", own))
            objects.append(
                try chart(component, named: component.name, values: fill("apps/flannel/values.yaml"))
            )
        }
        guard isIssuerMapped else { return objects }
        let name = cluster.distribution == .k3s ? "coredns-custom" : "coredns"
        objects.append(try object("05-\(name)", "\(cluster.distribution.rawValue)/\(name).yaml"))
        return objects
    }
}
