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

extension Renderer {
    /// A folder for an Application of Applications: a project, an Application for each chart but Argo CD's own, and the
    /// other objects. All are applied in the order of their numbers, by sync waves.
    func argocdFiles(_ objects: [ClusterObject], _ cluster: Cluster) throws(RenderingError) -> [RenderedFile] {
        let home = objects.first { $0.chart?.component.name == Self.argocd }?.chart?.component.source.namespace
        let argocd: TemplateValue = ["namespace": .string(home ?? Self.argocd)]
        let installed = objects.filter { $0.chart != nil && $0.chart?.component.name != Self.argocd }
        var applied = [try project(installed.compactMap(\.chart), cluster, argocd)]
        for object in objects {
            guard let release = object.chart else {
                applied.append(object)
                continue
            }
            guard release.component.name != Self.argocd else { continue }
            applied.append(try application(release, object, cluster, argocd))
        }
        var files: [RenderedFile] = []
        for object in applied { files.append(file(try inWave(object), in: "cluster")) }
        return files
    }

    private static let argocd = "argocd"

    private func project(
        _ charts: [ChartRelease],
        _ cluster: Cluster,
        _ argocd: TemplateValue
    ) throws(RenderingError) -> ClusterObject {
        let repositories = Set(charts.map { Self.repository($0) }).sorted()
        return try object(
            "01-project",
            "layouts/project.yaml",
            [
                "argocd": argocd,
                "repositories": .list(repositories.map { .string($0) }),
                "namespaces": .list(namespaces(cluster).map { .string($0.name) }),
            ]
        )
    }

    private func application(
        _ release: ChartRelease,
        _ object: ClusterObject,
        _ cluster: Cluster,
        _ argocd: TemplateValue
    ) throws(RenderingError) -> ClusterObject {
        let namespace = namespaces(cluster).first { $0.name == release.component.source.namespace }
        return try self.object(
            object.name,
            "layouts/application.yaml",
            [
                "argocd": argocd,
                "chart": chartValues(release),
                "repository": .string(Self.repository(release)),
                "isLabelled": .bool(namespace?.isLabelled ?? false),
            ],
            part: object.part
        )
    }

    /// Argo CD names a registry of charts without its scheme.
    private static func repository(_ release: ChartRelease) -> String {
        let repository = release.component.source.repository
        return repository.hasPrefix("oci://") ? String(repository.dropFirst("oci://".count)) : repository
    }

    /// An object with its sync wave. Kinds that a chart brings are not looked for before their wave.
    private func inWave(_ object: ClusterObject) throws(RenderingError) -> ClusterObject {
        var texts: [String] = []
        for document in try documents(of: object) {
            var notes = [("argocd.argoproj.io/sync-wave", Node.string(String(object.number)))]
            if !Self.isBuiltIn(document["apiVersion"]?.text ?? "") {
                notes.append(("argocd.argoproj.io/sync-options", .string("SkipDryRunOnMissingResource=true")))
            }
            texts.append(YAMLEmitter.emit(Self.annotated(document, notes)))
        }
        var object = object
        object.filled.text = Self.head(object.filled.text) + texts.joined(separator: "---\n")
        return object
    }

    /// Whether Kubernetes itself, or Argo CD, knows the kinds of an API group.
    private static func isBuiltIn(_ version: String) -> Bool {
        guard let group = version.split(separator: "/").dropLast().first else { return true }
        return !group.contains(".") || group == "argoproj.io" || builtInGroups.contains(String(group))
    }

    private static let builtInGroups: Set<String> = ["networking.k8s.io", "rbac.authorization.k8s.io"]

    private static func annotated(_ document: Node, _ notes: [(String, Node)]) -> Node {
        changed(document, "metadata") { metadata in
            changed(metadata, "annotations") { annotations in
                Node(.mapping((annotations.pairs ?? []) + notes.map { Node.Pair(.string($0.0), $0.1) }, .block))
            }
        }
    }

    /// A mapping with another value under a key, at its end where there was none.
    private static func changed(_ node: Node, _ key: String, _ change: (Node) -> Node) -> Node {
        var pairs = node.pairs ?? []
        if let index = pairs.firstIndex(where: { $0.key.text == key }) {
            pairs[index].value = change(pairs[index].value)
        } else {
            pairs.append(Node.Pair(.string(key), change(.map([]))))
        }
        return Node(.mapping(pairs, .block), tag: node.tag)
    }
}
