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
import YAML

extension Renderer {
    /// The manifests with every Secret told apart from the rest: as an ExternalSecret where lab.yaml wants that form,
    /// else as an object that is apart.
    ///
    /// - Throws: ``RenderingError`` where a template puts a secret into something other than a Secret.
    func separatedObjects(_ cluster: Cluster) throws(RenderingError) -> [ClusterObject] {
        let fields = try SecretFields(input)
        let marked = Renderer(fields.marked, templates: templates)
        var objects: [ClusterObject] = []
        for object in try marked.filledObjects(cluster) { objects += try separated(object, fields) }
        return objects
    }

    /// The objects of an app that the operator installs, in lab.yaml's form of secrets.
    func ownObjects(_ instance: AppInstance) throws(RenderingError) -> [ClusterObject] {
        guard lab.cluster?.secretForm == .externalSecret else { return try filledOwnObjects(instance) }
        let fields = try SecretFields(input)
        let marked = Renderer(fields.marked, templates: templates)
        var objects: [ClusterObject] = []
        for object in try marked.filledOwnObjects(instance) { objects += try separated(object, fields) }
        return objects
    }

    /// `secrets/item.yaml`: the fields that objects read from the secret store, with their values; nothing where they
    /// read none.
    func itemFile(_ objects: [ClusterObject]) throws(RenderingError) -> [RenderedFile] {
        let names = Set(objects.flatMap(\.fields))
        guard !names.isEmpty, let store = storeValues else { return [] }
        let fields = try SecretFields(input).fields.filter { names.contains($0.name) }
        let filled = try fill(
            "cluster/item.yaml",
            [
                "store": store,
                "fields": .list(fields.map { ["name": .string($0.name), "value": .secret($0.value)] }),
            ]
        )
        return [RenderedFile(path: "secrets/item.yaml", filled)]
    }

    /// An object with its marks as ExternalSecrets, and as another object that is apart where a Secret has to stay one.
    private func separated(_ object: ClusterObject, _ fields: SecretFields) throws(RenderingError) -> [ClusterObject] {
        guard !fields.indices(in: object.filled.text).isEmpty else { return [object] }
        var (open, apart): ([String], [String]) = ([], [])
        var read: [String] = []
        for document in try documents(of: object) {
            let found = fields.indices(in: YAMLEmitter.emit(document))
            if found.isEmpty {
                open.append(YAMLEmitter.emit(document))
                continue
            }
            let names = found.map { fields.fields[$0].name }
            guard document["kind"]?.text == "Secret", document["apiVersion"]?.text == "v1" else {
                throw misplaced(names, in: object, document)
            }
            if lab.cluster?.secretForm == .externalSecret, found.allSatisfy({ fields.fields[$0].isStored }) {
                open.append(try externalSecret(document, names, fields, object))
                read += names
            } else {
                apart.append(YAMLEmitter.emit(Self.revealed(document, fields)))
            }
        }
        var objects: [ClusterObject] = []
        if !open.isEmpty {
            var object = object
            object.filled = FilledTemplate(text: open.joined(separator: "---\n"), holdsSecret: false)
            object.fields = read
            objects.append(object)
        }
        if !apart.isEmpty {
            var secret = object
            if !open.isEmpty { secret.name += "-secret" }
            let text = Self.head(object.filled.text) + apart.joined(separator: "---\n")
            secret.filled = FilledTemplate(text: text, holdsSecret: true)
            secret.isApart = true
            objects.append(secret)
        }
        return objects
    }

    /// The documents of an object.
    func documents(of object: ClusterObject) throws(RenderingError) -> [Node] {
        do {
            return try YAMLParser.documents(object.filled.text, file: object.template)
        } catch {
            throw RenderingError(.renderingConflict, "\(object.template) makes no YAML: \(error.message)")
        }
    }

    /// The comments at the top of a manifest.
    static func head(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("#") }
        return lines.map { $0 + "\n" }.joined()
    }

    private func externalSecret(
        _ document: Node,
        _ names: [String],
        _ fields: SecretFields,
        _ object: ClusterObject
    ) throws(RenderingError) -> String {
        guard let store = storeValues else { return "" }
        let metadata = document["metadata"]
        let labels = Self.entries(metadata?["labels"])
        let annotations = Self.entries(metadata?["annotations"])
        let secret: [String: TemplateValue] = [
            "name": .string(metadata?["name"]?.text ?? ""),
            "namespace": .string(metadata?["namespace"]?.text ?? ""),
            "type": .string(document["type"]?.text ?? "Opaque"),
            "labels": Self.list(labels),
            "annotations": Self.list(annotations),
            "hasMetadata": .bool(!labels.isEmpty || !annotations.isEmpty),
            "data": Self.list(try templateData(document, names, fields, object)),
            "fields": .list(names.map { .string($0) }),
        ]
        return try fill("cluster/external-secret.yaml", ["secret": .map(secret), "store": store]).text
    }

    /// The entries of a Secret as templates of Go: those of `data`, then those of `stringData`, which win.
    private func templateData(
        _ document: Node,
        _ names: [String],
        _ fields: SecretFields,
        _ object: ClusterObject
    ) throws(RenderingError) -> [(String, String)] {
        let plain = Self.entries(document["stringData"])
        let replaced = Set(plain.map(\.0))
        var entries: [(String, String)] = []
        for (key, value) in Self.entries(document["data"]) where !replaced.contains(key) {
            guard let bytes = Encoding.bytes(base64: value), let text = String(validating: bytes, as: UTF8.self) else {
                throw RenderingError(
                    .renderingConflict,
                    "\(object.template): \(key) in data of Secret \(document["metadata"]?["name"]?.text ?? "") is no "
                        + "text in base64, so no ExternalSecret can make it",
                    remedy: "write it as text below stringData"
                )
            }
            entries.append((key, fields.goTemplate(text)))
        }
        return entries + plain.map { ($0.0, fields.goTemplate($0.1)) }
    }

    private var storeValues: TemplateValue? {
        guard let store = lab.cluster?.externalSecret else { return nil }
        return ["name": .string(store.store), "kind": .string(store.kind), "item": .string(store.item)]
    }

    private func misplaced(_ names: [String], in object: ClusterObject, _ document: Node) -> RenderingError {
        let reason =
            lab.cluster?.secretForm == .externalSecret
            ? "with secretForm external-secret only a Secret may hold one"
            : "cluster/ of this layout is committed, where only a Secret, which is kept apart, may hold one"
        return RenderingError(
            .renderingConflict,
            "\(object.template) puts \(names.joined(separator: ", ")) into a \(document["kind"]?.text ?? "document"): "
                + reason,
            remedy: "put it below stringData of a Secret in apps/\(object.part)/objects/, which the app reads"
        )
    }

    private static func revealed(_ node: Node, _ fields: SecretFields) -> Node {
        switch node.content {
        case .scalar(let scalar):
            let text = fields.revealed(scalar.text)
            guard text != scalar.text else { return node }
            return .string(text, style: text.utf8.contains(0x0a) ? .literal : .any)
        case .sequence(let items, let style):
            return Node(.sequence(items.map { revealed($0, fields) }, style), tag: node.tag)
        case .mapping(let pairs, let style):
            let pairs = pairs.map { Node.Pair(revealed($0.key, fields), revealed($0.value, fields)) }
            return Node(.mapping(pairs, style), tag: node.tag)
        }
    }

    private static func entries(_ node: Node?) -> [(String, String)] {
        (node?.pairs ?? []).map { ($0.key.text ?? "", $0.value.text ?? "") }
    }

    private static func list(_ entries: [(String, String)]) -> TemplateValue {
        .list(entries.map { ["key": .string($0.0), "value": .string($0.1)] })
    }
}
