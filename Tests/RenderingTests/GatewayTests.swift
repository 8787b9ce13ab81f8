//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Rendering
import Testing
import YAML

@Suite struct GatewayTests {
    private func documents(_ parents: [Cluster.ParentReference], _ change: (inout Lab) -> Void = { _ in }) throws
        -> [Node]
    {
        let files = try Fixture.outputs { lab in
            lab.cluster?.ingress = .gateway(parents)
            change(&lab)
        }
        return try files.filter { $0.path.hasPrefix("cluster/") }
            .flatMap { try YAMLParser.documents($0.text, file: $0.path) }
    }

    @Test func aRouteReplacesTheIngress() throws {
        let parent = Cluster.ParentReference(name: "edge", namespace: "gateways", sectionName: "https", port: 8443)
        let documents = try documents([parent])
        #expect(!documents.contains { $0.kind == "Ingress" })
        let routes = documents.filter { $0.kind == "HTTPRoute" }
        #expect(routes.map(\.name) == ["argocd", "headlamp"])
        let spec = try #require(routes.first?["spec"])
        #expect(routes.first?["apiVersion"]?.text == "gateway.networking.k8s.io/v1")
        #expect(routes.first?.namespace == "argocd")
        #expect(spec["hostnames"]?.items?.map(\.text) == ["argocd.kidd.network"])
        let reference = try #require(spec["parentRefs"]?.items?.first)
        #expect(
            reference.isSame(
                as: .map([
                    "name": .string("edge"), "namespace": .string("gateways"), "sectionName": .string("https"),
                    "port": .int(8443),
                ])
            )
        )
        let backend = spec["rules"]?.items?.first?["backendRefs"]?.items?.first
        #expect(backend?.isSame(as: .map(["name": .string("argocd-server"), "port": .int(80)])) == true)
    }

    @Test func theCertificateStandsBesideTheGateway() throws {
        let parents = [
            Cluster.ParentReference(name: "a", namespace: "gateways"),
            Cluster.ParentReference(name: "b", namespace: "gateways"),
            Cluster.ParentReference(name: "own"),
        ]
        let certificates = try documents(parents).filter { $0.kind == "Certificate" }
        #expect(certificates.map(\.namespace) == ["argocd", "gateways", "gateways", "headlamp"])
        for certificate in certificates {
            let spec = try #require(certificate["spec"])
            #expect(spec["secretName"]?.text == certificate.name)
            #expect(spec.at("issuerRef", "kind")?.text == "ClusterIssuer")
            #expect(spec.at("issuerRef", "name")?.text == "local-ca")
        }
        #expect(certificates.first?.at("spec", "dnsNames")?.items?.map(\.text) == ["argocd.kidd.network"])
    }

    @Test func withoutAnIssuerThereIsNoCertificate() throws {
        let parent = Cluster.ParentReference(name: "edge")
        let documents = try documents([parent]) { lab in
            lab.cluster?.components.removeAll { $0.name == "cert-manager" || $0.name == "trust-manager" }
        }
        #expect(documents.contains { $0.kind == "HTTPRoute" })
        #expect(!documents.contains { $0.kind == "Certificate" })
    }
}
