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
import TestSupport
import Testing
import YAML

@Suite struct LayoutTests {
    @Test(arguments: [
        ("kustomize", LayoutCase(layout: .kustomize)),
        ("kustomize-kubeadm", LayoutCase(layout: .kustomize, distribution: .kubeadm, hasBundle: false)),
        ("argocd-apps", LayoutCase(layout: .argocdApps)),
        ("flat-kubeadm", LayoutCase(layout: .flat, distribution: .kubeadm, hasBundle: false)),
        ("external-secret", LayoutCase(form: .externalSecret, hasGateway: true, hasBundle: false)),
    ])
    func layoutsRenderAsTheyDid(name: String, example: LayoutCase) throws {
        let golden = Golden()
        let files = try example.outputs().filter { !$0.path.hasPrefix("trust/") }
        for file in files {
            let difference = try golden.difference("\(name)/\(file.path)", file.text)
            #expect(difference == nil, "\(difference ?? "")")
        }
        #expect(GoldenTests.paths(below: "\(golden.folder)/\(name)") == files.map(\.path))
    }

    @Test(arguments: LayoutCase.all) func nothingHasTwoWriters(example: LayoutCase) throws {
        var written: Set<String> = []
        for document in try example.documents() where document.node.kind != "Kustomization" {
            let (group, kind) = (document.node["apiVersion"]?.text ?? "", document.node.kind)
            let name = [group, kind, document.node.namespace, document.node.name].joined(separator: "/")
            #expect(written.insert(name).inserted, "\(name) is written twice, in \(document.path) too")
            // What External Secrets makes is a Secret of that name.
            guard kind == "ExternalSecret" else { continue }
            let target = document.node.at("spec", "target", "name")?.text ?? ""
            let secret = "v1/Secret/\(document.node.namespace)/\(target)"
            #expect(written.insert(secret).inserted, "\(secret) is written twice")
        }
        let trust = written.filter { $0.hasPrefix("v1/ConfigMap/") && $0.hasSuffix("/lab-ca") }
        for namespace in ["argocd", "headlamp"] {
            #expect(trust.contains("v1/ConfigMap/\(namespace)/lab-ca") != example.hasBundle)
        }
        #expect(written.contains("trust.cert-manager.io/v1alpha1/Bundle//lab-ca") == example.hasBundle)
    }

    @Test(arguments: LayoutCase.all) func everyNamespaceIsWrittenFirst(example: LayoutCase) throws {
        // The Gateway and its namespace are the operator's.
        var namespaces: Set<String> = ["kube-system", "gateways"]
        var documents = try example.documents()
        if example.layout == .kustomize {
            let base = documents.firstIndex { $0.path == "cluster/base/00-namespaces.yaml" }
            #expect(base != nil)
            documents.sort { left, _ in left.path == "cluster/base/00-namespaces.yaml" }
        }
        for (path, node) in documents {
            if node.kind == "Namespace" { namespaces.insert(node.name) }
            if !node.namespace.isEmpty { #expect(namespaces.contains(node.namespace), "\(path)") }
            for target in [node.at("spec", "targetNamespace"), node.at("spec", "destination", "namespace")] {
                if let name = target?.text { #expect(namespaces.contains(name), "\(path)") }
            }
        }
    }

    @Test(arguments: LayoutCase.all) func aSecretStandsOnlyWhereItIsNotCommitted(example: LayoutCase) throws {
        let input = try example.input()
        let key = Fixture.keyComment.split(separator: "\n").joined()
        let secrets =
            (Array(input.clientSecrets.values) + Array(input.passwordHashes.values)).map { $0.expose() } + [key]
        let isCommitted = try #require(input.lab.cluster).isCommitted
        let files = try example.outputs()
        for file in files {
            let holdsOne = secrets.contains { file.text.contains($0) }
            #expect(file.mode == (holdsOne ? 0o600 : 0o644), "\(file.path)")
            if isCommitted, holdsOne { #expect(file.path.hasPrefix("secrets/")) }
            #expect(!file.text.contains("KindlingField"), "\(file.path)")
        }
        for secret in secrets where !isCommitted || !secret.hasPrefix("$2a") {
            #expect(files.contains { $0.text.contains(secret) }, "every secret reaches an output")
        }
    }

    @Test(arguments: LayoutCase.all) func theFirstServerCarriesTheSameInEachLayout(example: LayoutCase) throws {
        guard example.distribution == .k3s else { return }
        func manifests(_ layout: Cluster.Layout) throws -> [UserData.File] {
            try Fixture.userData("valar-1") { lab in
                let nodes = lab.nodes
                var example = example
                example.layout = layout
                example.apply(to: &lab)
                lab.nodes = nodes
            }.files.filter { $0.path.hasPrefix("/var/lib/rancher/k3s/server/manifests/") }
        }
        let carried = try manifests(example.layout)
        #expect(carried.map(\.path) == (try manifests(.k3sManifests).map(\.path)))
        #expect(carried.map(\.content) == (try manifests(.k3sManifests).map(\.content)))
        #expect(carried.contains { $0.content.contains("kind: HelmChart") })
        #expect(carried.contains { $0.content.contains("kind: Secret\n") && $0.content.contains("name: local-ca") })
        let external = carried.filter { $0.content.contains("kind: ExternalSecret") }
        #expect(external.count == (example.form == .externalSecret ? 2 : 0))
    }

    @Test func chartsWithoutAControllerHaveTheirValuesAndACommand() throws {
        let files = try LayoutCase(layout: .flat, distribution: .kubeadm).outputs()
        #expect(!files.contains { $0.text.contains("HelmChart") })
        let script = try #require(files.first { $0.path == "cluster/charts/30-argocd/install.sh" })
        let folder = try TemporaryFolder()
        let path = try folder.write(script.text, to: "it's/install.sh")
        try folder.write("x: 1\n", to: "it's/values.yaml")
        try folder.write("#!/bin/sh\nfor word; do printf '[%s]' \"$word\"; done\n", to: "bin/helm")
        let result = Tool.shell(
            "chmod +x \(folder.path)/bin/helm; PATH=\(folder.path)/bin:$PATH sh \"\(path)\""
        )
        #expect(
            result.output == "[upgrade][--install][argocd][argo-cd][--namespace][argocd][--create-namespace]"
                + "[--version][9.1.0][--wait][--repo][https://argoproj.github.io/argo-helm]"
                + "[--values][\(folder.path)/it's/values.yaml]"
        )
    }

    @Test func argoCDInstallsEveryChartButItsOwn() throws {
        let documents = try LayoutCase(layout: .argocdApps).documents().filter { $0.path.hasPrefix("cluster/") }
            .map(\.node)
        let applications = documents.filter { $0.kind == "Application" }
        #expect(applications.map(\.name) == ["cert-manager", "trust-manager", "headlamp"])
        let project = try #require(documents.first { $0.kind == "AppProject" })
        let repositories = project.at("spec", "sourceRepos")?.items?.compactMap(\.text) ?? []
        let namespaces = project.at("spec", "destinations")?.items?.compactMap { $0["namespace"]?.text } ?? []
        for application in applications {
            let spec = try #require(application["spec"])
            #expect(spec["project"]?.text == project.name)
            #expect(repositories.contains(spec.at("source", "repoURL")?.text ?? ""))
            #expect(namespaces.contains(spec.at("destination", "namespace")?.text ?? ""))
            let label = spec.at("syncPolicy", "managedNamespaceMetadata", "labels", "ainur.kidd.network/ca")
            #expect((label?.text == "inject") == (application.name == "headlamp"))
        }
        let waves = try documents.map { document in
            let notes = document.at("metadata", "annotations")
            return try #require(Int(notes?["argocd.argoproj.io/sync-wave"]?.text ?? ""), "\(document.name)")
        }
        #expect(waves == waves.sorted())
        let late = documents.filter { document in
            document.at("metadata", "annotations", "argocd.argoproj.io/sync-options") != nil
        }
        #expect(Set(late.map(\.kind)) == ["ClusterIssuer", "Bundle"])
        #expect(!documents.contains { $0.kind == "HelmChart" })
    }

    @Test func argoCDsLayoutNeedsArgoCD() throws {
        let error = try #require(throws: RenderingError.self) {
            try Fixture.outputs { lab in
                lab.cluster?.layout = .argocdApps
                lab.cluster?.components.removeAll { $0.name == "argocd" }
            }
        }
        #expect(error.code == .renderingConflict)
        #expect(error.remedy == "add argocd to cluster.components, or use kustomize")
    }

    @Test func aFolderOfManifestsIsReadByK3sAndRKE2Alone() throws {
        let error = try #require(throws: RenderingError.self) {
            try LayoutCase(layout: .k3sManifests, distribution: .kubeadm).outputs()
        }
        #expect(error.remedy == "use kustomize, argocd-apps or flat")
    }
}
