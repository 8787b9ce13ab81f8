//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Rendering
import Support
import Templating
import Testing
import YAML

/// A lab in one of the layouts, and what is rendered of it.
struct LayoutCase: Sendable, CustomTestStringConvertible {
    var layout = Cluster.Layout.k3sManifests
    var form = Cluster.SecretForm.plain
    var distribution = Cluster.Distribution.k3s
    var hasGateway = false
    var hasBundle = true

    static let store = Cluster.ExternalSecret(store: "vault", kind: "ClusterSecretStore", item: "ainur")

    /// Every layout with every form of secrets, entrance and trust, where the distribution has it.
    static let all: [LayoutCase] = Cluster.Layout.allCases.flatMap { layout in
        [Cluster.Distribution.k3s, .kubeadm].flatMap { distribution in
            [Cluster.SecretForm.plain, .externalSecret].flatMap { form in
                [(false, true), (true, true), (false, false)].map { gateway, bundle in
                    LayoutCase(
                        layout: layout,
                        form: form,
                        distribution: distribution,
                        hasGateway: gateway,
                        hasBundle: bundle
                    )
                }
            }
        }
    }.filter { $0.distribution == .k3s || $0.layout != .k3sManifests }

    var testDescription: String {
        [
            distribution.rawValue, layout.rawValue, form.rawValue, hasGateway ? "gateway" : "ingress",
            hasBundle ? "bundle" : "no bundle",
        ].joined(separator: ", ")
    }

    /// Changes the lab of the fixture to this case. It has no nodes: the outputs are what is looked at.
    func apply(to lab: inout Lab) {
        lab.nodes = []
        lab.cluster?.layout = layout
        lab.cluster?.secretForm = form
        lab.cluster?.distribution = distribution
        if form == .externalSecret { lab.cluster?.externalSecret = Self.store }
        if hasGateway {
            let parent = Cluster.ParentReference(name: "edge", namespace: "gateways", sectionName: "https", port: 443)
            lab.cluster?.ingress = .gateway([parent])
        }
        if !hasBundle { lab.cluster?.components.removeAll { $0.name == "trust-manager" } }
    }

    func input() throws -> RenderInput {
        var input = try Fixture.input { apply(to: &$0) }
        input.passwordHashes = ["argocd-admin": Secret("$2a$10$abcdefghijklmnopqrstuv")]
        return input
    }

    func outputs(_ templates: TemplateStore = TemplateStore()) throws -> [RenderedFile] {
        try Renderer(input(), templates: templates).outputs()
    }

    /// Every document of Kubernetes below `cluster/` and `secrets/cluster/`, in the order of their files.
    func documents() throws -> [(path: String, node: Node)] {
        try outputs().filter { $0.path.hasPrefix("cluster/") || $0.path.hasPrefix("secrets/cluster/") }
            .filter { $0.path.hasSuffix(".yaml") && !$0.path.hasSuffix("values.yaml") }
            .flatMap { file in try YAMLParser.documents(file.text, file: file.path).map { (file.path, $0) } }
    }
}

extension Node {
    var kind: String { self["kind"]?.text ?? "" }
    var name: String { at("metadata", "name")?.text ?? "" }
    var namespace: String { at("metadata", "namespace")?.text ?? "" }
}
