//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Support
import Templating

extension Renderer {
    /// What every template sees: `lab`, `issuer`, `trust` and, where there is one, `cluster`.
    func variables() -> [String: TemplateValue] {
        var variables: [String: TemplateValue] = [
            "lab": [
                "name": .string(lab.name), "domain": .string(lab.domain), "hasCluster": .bool(lab.cluster != nil),
            ],
            "issuer": issuer,
            "trust": trust,
        ]
        if let cluster = lab.cluster { variables["cluster"] = self.cluster(cluster) }
        return variables
    }

    /// Whether nodes and pods are told where the issuer is. A loopback issuer is for one machine alone, and an address
    /// needs no name.
    var isIssuerMapped: Bool {
        lab.identity.address != nil && !lab.identity.isLoopback && IPAddress.bytes(lab.identity.issuerHost) == nil
    }

    private var issuer: TemplateValue {
        [
            "url": .string(lab.identity.issuer),
            "host": .string(lab.identity.issuerHost),
            "address": .string(lab.identity.address ?? ""),
            "isMapped": .bool(isIssuerMapped),
        ]
    }

    private var trust: TemplateValue {
        let settings = lab.cluster?.trust
        return [
            "pem": .string(input.trust.bundle),
            "base64": .string(Encoding.base64(input.trust.bundle.utf8)),
            "roots": .list(input.trust.roots.map { .string($0) }),
            "entries": .list(
                input.trust.entries.map { entry in
                    let base64 = Encoding.base64(entry.text.utf8)
                    return ["key": .string(entry.key), "text": .string(entry.text), "base64": .string(base64)]
                }
            ),
            "javaStore": .string(input.trust.javaStore.map { Encoding.base64($0) } ?? ""),
            "configMap": .string(settings?.configMap ?? "lab-ca"),
            "key": .string(settings?.key ?? "ca.crt"),
            "label": [
                "key": .string(settings?.namespaceLabel.key ?? ""),
                "value": .string(settings?.namespaceLabel.value ?? ""),
            ],
        ]
    }

    private func cluster(_ cluster: Cluster) -> TemplateValue {
        var ingressClass = ""
        if case .ingress(let name) = cluster.ingress { ingressClass = name }
        return [
            "name": .string(cluster.name),
            "version": .string(cluster.version),
            "endpoint": .string(cluster.endpoint),
            "url": .string("https://\(cluster.endpointInURLs):6443"),
            "groupsPrefix": .string(cluster.groupsPrefix),
            "ingressClass": .string(ingressClass),
            "hasIssuer": .bool(cluster.component("cert-manager") != nil),
            "audiences": .list(audiences.map { .string($0) }),
            "hasSeveralAudiences": .bool(audiences.count > 1),
            "authenticationVersion": .string(KubernetesVersion(cluster.version)?.authenticationVersion ?? ""),
        ]
    }

    /// The clients whose ID tokens the API server takes.
    var audiences: [String] {
        lab.clients.filter { $0.app?.reachesAPIServer ?? false }.map(\.id)
    }
}
