//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import YAML

/// Holds a tree of nodes against a shape: types, known and missing keys, words, formats, ranges, duplicates.
struct ShapeChecker {
    var findings: Findings

    /// Checks a node; `path` names it in messages and is empty for the whole file.
    mutating func check(_ node: Node, _ shape: Shape, _ path: String) {
        switch (shape, node.kind) {
        case (.nullable, .null): break
        case (.nullable(let inner), _): check(node, inner, path)
        case (.text(let format), .text): check(text: node, format, path)
        case (.choice(let words), .text): check(choice: node, words, path)
        case (.boolean, .boolean): break
        case (.integer(let range), .integer(let value)):
            if !range.contains(value) {
                findings.error(node, "\(path) is \(value), and must be \(range.lowerBound) to \(range.upperBound)")
            }
        case (.list(let items, let least, let isUnique), .sequence):
            check(list: node, items, atLeast: least, isUnique: isUnique, path)
        case (.object(let object), .mapping): check(object: node, object, path)
        case (.map(let keys, let values), .mapping): check(map: node, keys, values, path)
        default: mismatch(node, shape, path)
        }
    }

    // MARK: Scalars

    private mutating func check(text node: Node, _ format: Format, _ path: String) {
        let text = node.text ?? ""
        guard format.isMultiline || !text.isEmpty else {
            findings.error(node, "\(path) is empty", hint: "for example \(format.example)")
            return
        }
        guard format.isMultiline || !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            findings.error(node, "\(path) has a line break or control character", hint: "write it in one line")
            return
        }
        if Self.holdsPrivateKey(text) {
            findings.mask(node)
            findings.error(
                node,
                "\(path) holds a private key, and lab.yaml is committed",
                hint: "remove it, and replace the key if the file was shared"
            )
            return
        }
        if let problem = format.problem(text) {
            // What stands where the name of a secret belongs may be the secret.
            if format.name == Format.secretName.name { findings.mask(node) }
            findings.error(node, "\(path) \(problem.message)", hint: problem.hint)
        }
    }

    private mutating func check(choice node: Node, _ words: [String], _ path: String) {
        guard let text = node.text, !words.contains(text) else { return }
        findings.error(
            node,
            "\(path) is none of \(words.joined(separator: ", "))",
            hint: Meant.hint(text, among: words)
        )
    }

    // MARK: Collections

    private mutating func check(
        list node: Node,
        _ shape: Shape,
        atLeast least: Int,
        isUnique: Bool,
        _ path: String
    ) {
        let items = node.items ?? []
        if items.count < least { findings.error(node, "\(path) is empty", hint: "give it at least one item") }
        var seen: [String: Int] = [:]
        for (index, item) in items.enumerated() {
            check(item, shape, "\(path)[\(index)]")
            guard isUnique, let text = item.text else { continue }
            if let first = seen[text] {
                findings.error(item, "\(path)[\(index)] stands there twice, first as \(path)[\(first)]")
            } else {
                seen[text] = index
            }
        }
    }

    private mutating func check(object node: Node, _ object: ObjectShape, _ path: String) {
        let pairs = node.pairs ?? []
        var seen: Set<String> = []
        var mistyped: Set<String> = []
        for pair in pairs {
            guard let name = key(of: pair, path) else { continue }
            guard seen.insert(name).inserted else {
                findings.error(pair.key, "\(Self.join(path, name)) stands there twice")
                continue
            }
            guard let key = object[name] else {
                if let meant = unknown(pair, name, object, path) { mistyped.insert(meant) }
                continue
            }
            check(pair.value, key.shape, Self.join(path, name))
        }
        for key in object.keys where key.isRequired && !seen.contains(key.name) && !mistyped.contains(key.name) {
            missing(key.name, in: node, path)
        }
        for rule in object.rules { check(rule, node, seen.union(mistyped), path) }
    }

    private mutating func check(map node: Node, _ keys: Format, _ values: Shape, _ path: String) {
        var seen: Set<String> = []
        for pair in node.pairs ?? [] {
            guard let name = key(of: pair, path) else { continue }
            guard seen.insert(name).inserted else {
                findings.error(pair.key, "\(Self.join(path, name)) stands there twice")
                continue
            }
            check(text: pair.key, keys, "the key \(Self.join(path, name))")
            check(pair.value, values, Self.join(path, name))
        }
    }

    private mutating func check(_ rule: PresenceRule, _ node: Node, _ present: Set<String>, _ path: String) {
        let pairs = node.pairs ?? []
        let object = path.isEmpty ? "lab.yaml" : path
        switch rule {
        case .atMostOne(let names), .exactlyOne(let names):
            let words = names.joined(separator: names.count > 2 ? ", " : " or ")
            let found = pairs.filter { pair in pair.key.text.map { names.contains($0) } ?? false }
            if found.count > 1 {
                findings.error(found[1].key, "\(object) may have only one of \(words)", hint: "remove the others")
            }
            if case .exactlyOne = rule, found.isEmpty { missing(words, in: node, path) }
        case .preset(let key, let forbidden, let required):
            guard present.contains(key) else {
                for name in required where !present.contains(name) { missing(name, in: node, path, orPreset: key) }
                return
            }
            for pair in pairs {
                guard let name = pair.key.text, forbidden.contains(name) else { continue }
                findings.error(
                    pair.key,
                    "\(Self.join(path, name)) is settled by the preset of \(key)",
                    hint: "remove it, or remove \(key) and write the client out"
                )
            }
        }
    }

    // MARK: Messages

    private mutating func mismatch(_ node: Node, _ shape: Shape, _ path: String) {
        let object = path.isEmpty ? "the file" : path
        findings.error(
            node,
            "\(object) must be \(Self.words(shape)), and is \(node.kind.words)",
            hint: hint(node, shape)
        )
    }

    /// What to write instead of a value of the wrong kind.
    private func hint(_ node: Node, _ shape: Shape) -> String? {
        switch (shape, node.kind) {
        case (.nullable(let inner), _): return hint(node, inner)
        case (.text(let format), .integer), (.text(let format), .number):
            if format.name == Format.duration.name { return "a duration has a unit: \(node.text ?? "60")s" }
            return "write it in quotes: \"\(node.text ?? "")\""
        case (.text, .boolean), (.text, .yesOrNo), (.choice, .integer), (.choice, .number), (.choice, .boolean),
            (.choice, .yesOrNo):
            return "write it in quotes: \"\(node.text ?? "")\""
        case (_, .null): return "give it a value, or remove the key"
        case (.boolean, .yesOrNo), (.boolean, .text): return "write true or false"
        case (.integer, .text): return "write it without quotes"
        case (.list(_, _, _), .text), (.list(_, _, _), .integer): return "write [\(node.text ?? "")]"
        case (_, .tagged): return "remove the tag"
        default: return nil
        }
    }

    private static func words(_ shape: Shape) -> String {
        switch shape {
        case .text(let format): format.name
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .integer: "a whole number"
        case .boolean: "true or false"
        case .list: "a list"
        case .object, .map: "a mapping"
        case .nullable(let inner): words(inner)
        }
    }

    /// Where a key is missing, the first key of its mapping is shown.
    private mutating func missing(_ name: String, in node: Node, _ path: String, orPreset preset: String? = nil) {
        let object = path.isEmpty ? "lab.yaml" : path
        let other = preset.map { ", or \($0)" } ?? ""
        findings.error(node.pairs?.first?.key ?? node, "\(object) needs \(name)\(other)")
    }

    /// Reports a key that the object does not have, and gives the one that was meant, so that it is not missed too.
    private mutating func unknown(
        _ pair: Node.Pair,
        _ name: String,
        _ object: ObjectShape,
        _ path: String
    ) -> String? {
        if SecretKey.isOne(name) {
            Self.scalars(of: pair.value).forEach { findings.mask($0) }
            findings.error(
                pair.key,
                "\(Self.join(path, name)) has no place in lab.yaml, which is committed: secrets live in the state",
                hint: SecretKey.hint(path)
            )
            return nil
        }
        let known = object.keys.map(\.name)
        let meant = Meant.word(name, among: known)
        findings.error(
            pair.key,
            "\(Self.join(path, name)) is not known",
            hint: meant.map(Meant.hint) ?? "known are \(known.joined(separator: ", "))"
        )
        return meant
    }

    private mutating func key(of pair: Node.Pair, _ path: String) -> String? {
        guard case .scalar(let scalar) = pair.key.content, pair.key.kind == .text else {
            let object = path.isEmpty ? "lab.yaml" : path
            let hint = pair.key.text.map { "write it in quotes: \"\($0)\"" }
            findings.error(pair.key, "a key of \(object) must be text, and is \(pair.key.kind.words)", hint: hint)
            return nil
        }
        return scalar.text
    }

    private static func join(_ path: String, _ name: String) -> String {
        // Whatever the key holds, the message stays one line of readable length.
        let scalars = name.unicodeScalars.prefix(64).map { $0.properties.generalCategory == .control ? "?" : $0 }
        var short = String.UnicodeScalarView()
        short.append(contentsOf: scalars)
        let shown = String(short) + (name.unicodeScalars.count > 64 ? "…" : "")
        return path.isEmpty ? shown : "\(path).\(shown)"
    }

    private static func scalars(of node: Node) -> [Node] {
        switch node.content {
        case .scalar: [node]
        case .sequence(let items, _): items.flatMap(scalars)
        case .mapping(let pairs, _): pairs.flatMap { scalars(of: $0.value) }
        }
    }

    private static func holdsPrivateKey(_ text: String) -> Bool {
        // Most texts are too short for one, and the search has its price.
        guard text.utf8.count >= "-----BEGIN PRIVATE KEY-----".utf8.count,
            let begin = text.firstRange(of: "-----BEGIN ")
        else { return false }
        return text[begin.upperBound...].prefix(40).contains("PRIVATE KEY-----")
    }
}
