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
    /// How people reach a chart's Service: an Ingress, or an HTTPRoute and the certificate of its Gateway's listener;
    /// nothing for what people do not visit.
    func entrances(
        _ component: Cluster.Component,
        named name: String,
        _ own: [String: TemplateValue]
    ) throws(RenderingError) -> [ClusterObject] {
        guard let cluster = lab.cluster, component.source.service != nil else { return [] }
        var own = own
        own["chart"] = chartValues(ChartRelease(name: name, component: component, values: nil))
        let prefix = "\(component.source.number + 2)-\(name)"
        switch cluster.ingress {
        case .ingress:
            return [try object("\(prefix)-ingress", "cluster/ingress.yaml", own, part: name)]
        case .gateway(let parents):
            own["parents"] = .list(parents.map(Self.values))
            var objects = [try object("\(prefix)-route", "cluster/route.yaml", own, part: name)]
            guard cluster.component("cert-manager") != nil else { return objects }
            var namespaces: Set<String> = []
            for namespace in parents.map({ $0.namespace ?? component.source.namespace })
            where namespaces.insert(namespace).inserted {
                own["certificate"] = ["namespace": .string(namespace)]
                let file = "\(prefix)-certificate-\(namespace)"
                objects.append(try object(file, "cluster/certificate.yaml", own, part: name))
            }
            return objects
        }
    }

    private static func values(_ parent: Cluster.ParentReference) -> TemplateValue {
        [
            "name": .string(parent.name),
            "namespace": .string(parent.namespace ?? ""),
            "sectionName": .string(parent.sectionName ?? ""),
            "port": parent.port.map { .int($0) } ?? "",
        ]
    }
}
