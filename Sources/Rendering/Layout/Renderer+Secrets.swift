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
        return try separated(marked.filledObjects(cluster), filledObjects(cluster), fields)
    }

    /// The objects of an app that the operator installs, in lab.yaml's form of secrets.
    func ownObjects(_ instance: AppInstance) throws(RenderingError) -> [ClusterObject] {
        guard lab.cluster?.secretForm == .externalSecret else { return try filledOwnObjects(instance) }
        let fields = try SecretFields(input)
        let marked = Renderer(fields.marked, templates: templates)
        return try separated(marked.filledOwnObjects(instance), filledOwnObjects(instance), fields)
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

    private func separated(
        _ marked: [ClusterObject],
        _ filled: [ClusterObject],
        _ fields: SecretFields
    ) throws(RenderingError) -> [ClusterObject] {
        var objects: [ClusterObject] = []
        for (marked, filled) in zip(marked, filled) { objects += try separated(marked, filled, fields) }
        return objects
    }

    /// An object, once with marks and once with secrets, as ExternalSecrets, and as another object that is apart where a
    /// Secret has to stay one.
    private func separated(
        _ object: ClusterObject,
        _ filled: ClusterObject,
        _ fields: SecretFields
    ) throws(RenderingError) -> [ClusterObject] {
        guard !fields.indices(in: object.filled.text).isEmpty else { return [object] }
        var open = object
        var apart = object
        var (openTexts, apartTexts): ([String], [String]) = ([], [])
        for (document, secret) in zip(try documents(of: object), try documents(of: filled)) {
            let found = try heldFields(document, fields, object)
            if found.isEmpty {
                openTexts.append(YAMLEmitter.emit(document))
            } else if lab.cluster?.secretForm == .externalSecret, found.allSatisfy(\.isStored) {
                let names = found.map(\.name)
                openTexts.append(try externalSecret(document, secret, names, fields, object))
                open.fields += names
            } else {
                apartTexts.append(YAMLEmitter.emit(secret))
            }
        }
        open.filled = FilledTemplate(text: openTexts.joined(separator: "---\n"), holdsSecret: false)
        let text = Self.head(object.filled.text) + apartTexts.joined(separator: "---\n")
        apart.filled = FilledTemplate(text: text, holdsSecret: true)
        apart.isApart = true
        if apartTexts.isEmpty { return [open] }
        if openTexts.isEmpty { return [apart] }
        apart.name += "-secret"
        return [open, apart]
    }

    /// The fields whose marks stand in a document.
    ///
    /// - Throws: ``RenderingError`` where one stands anywhere but in the entries of a Secret.
    private func heldFields(
        _ document: Node,
        _ fields: SecretFields,
        _ object: ClusterObject
    ) throws(RenderingError) -> [SecretFields.Field] {
        func held(_ nodes: [Node]) -> [SecretFields.Field] {
            let indices = Set(nodes.flatMap(Self.texts).flatMap { fields.indices(in: $0) })
            return indices.sorted().map { fields.fields[$0] }
        }
        let all = held([document])
        let isSecret = document["kind"]?.text == "Secret" && document["apiVersion"]?.text == "v1"
        let others = (document.pairs ?? []).filter { !["data", "stringData"].contains($0.key.text) }.map(\.value)
        let misplaced = isSecret ? held(others) : all
        guard misplaced.isEmpty else {
            let kind = document["kind"]?.text ?? "document"
            throw self.misplaced(misplaced.map(\.name), in: object, isSecret ? "the metadata of a Secret" : "a \(kind)")
        }
        return all
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
        _ secret: Node,
        _ names: [String],
        _ fields: SecretFields,
        _ object: ClusterObject
    ) throws(RenderingError) -> String {
        guard let store = storeValues else { return "" }
        let metadata = document["metadata"]
        let labels = Self.entries(metadata?["labels"])
        let annotations = Self.entries(metadata?["annotations"])
        let values: [String: TemplateValue] = [
            "name": .string(metadata?["name"]?.text ?? ""),
            "namespace": .string(metadata?["namespace"]?.text ?? ""),
            "type": .string(document["type"]?.text ?? "Opaque"),
            "labels": Self.list(labels),
            "annotations": Self.list(annotations),
            "hasMetadata": .bool(!labels.isEmpty || !annotations.isEmpty),
            "data": Self.list(try templateData(document, secret, fields, object)),
            "fields": .list(names.map { .string($0) }),
        ]
        return try fill("cluster/external-secret.yaml", ["secret": .map(values), "store": store]).text
    }

    /// The entries of a Secret as templates of Go: those of `data`, then those of `stringData`, which win.
    ///
    /// - Throws: ``RenderingError`` where no template makes the entry: bytes, or a secret that its place would have to
    ///   quote.
    private func templateData(
        _ document: Node,
        _ secret: Node,
        _ fields: SecretFields,
        _ object: ClusterObject
    ) throws(RenderingError) -> [(String, String)] {
        let plain = Self.entries(document["stringData"])
        let replaced = Set(plain.map(\.0))
        let place = "\(object.template): Secret \(document["metadata"]?["name"]?.text ?? "")"
        var entries: [(String, String)] = []
        for (key, value) in Self.entries(document["data"]) where !replaced.contains(key) {
            guard let bytes = Encoding.bytes(base64: value), let text = String(validating: bytes, as: UTF8.self) else {
                throw RenderingError(
                    .renderingConflict,
                    "\(place): \(key) of data is no text in base64, so no ExternalSecret can make it",
                    remedy: "write it as text below stringData"
                )
            }
            entries.append((key, fields.goTemplate(text)))
        }
        for (key, value) in plain {
            guard Self.isSame(fields.revealed(value), secret["stringData"]?[key]?.text ?? "") else {
                throw RenderingError(
                    .renderingConflict,
                    "\(place): a secret in \(key) has characters that have to be quoted there, which a secret store "
                        + "does not do",
                    remedy: "give it a value of letters and digits"
                )
            }
            entries.append((key, fields.goTemplate(value)))
        }
        return entries
    }

    /// Whether two texts are the same, or are documents that say the same.
    private static func isSame(_ one: String, _ other: String) -> Bool {
        if one.utf8.elementsEqual(other.utf8) { return true }
        guard let one = try? YAMLParser.documents(one, file: ""), let other = try? YAMLParser.documents(other, file: "")
        else { return false }
        return one.count == other.count && zip(one, other).allSatisfy { $0.isSame(as: $1) }
    }

    private var storeValues: TemplateValue? {
        guard let store = lab.cluster?.externalSecret else { return nil }
        return ["name": .string(store.store), "kind": .string(store.kind), "item": .string(store.item)]
    }

    private func misplaced(_ names: [String], in object: ClusterObject, _ place: String) -> RenderingError {
        let reason =
            lab.cluster?.secretForm == .externalSecret
            ? "with secretForm external-secret only the entries of a Secret may hold one"
            : "cluster/ of this layout is committed, where only the entries of a Secret, which is kept apart, may hold one"
        return RenderingError(
            .renderingConflict,
            "\(object.template) puts \(names.joined(separator: ", ")) into \(place): \(reason)",
            remedy: "put it below stringData of a Secret in apps/\(object.part)/objects/, which the app reads"
        )
    }

    /// Every text in a document.
    private static func texts(_ node: Node) -> [String] {
        switch node.content {
        case .scalar(let scalar): [scalar.text]
        case .sequence(let items, _): items.flatMap(texts)
        case .mapping(let pairs, _): pairs.flatMap { texts($0.key) + texts($0.value) }
        }
    }

    private static func entries(_ node: Node?) -> [(String, String)] {
        (node?.pairs ?? []).map { ($0.key.text ?? "", $0.value.text ?? "") }
    }

    private static func list(_ entries: [(String, String)]) -> TemplateValue {
        .list(entries.map { ["key": .string($0.0), "value": .string($0.1)] })
    }
}
