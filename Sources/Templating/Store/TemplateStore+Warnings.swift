//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support
import YAML

/// Something in an override that is allowed but hardly meant.
package struct TemplateWarning: Sendable, Hashable, CustomStringConvertible {
    package var message: String
    package var location: SourceLocation

    package var description: String { "\(location): \(message)" }
}

extension TemplateStore {
    /// What is odd about the overrides: a variable that the template compiled in uses and the override does not, and
    /// a file that no template of that path stands for and none includes, other than the texts of one more language and
    /// the files of apps. Sorted by file.
    package func warnings() throws(TemplateError) -> [TemplateWarning] {
        var warnings: [TemplateWarning] = []
        var included: Set<String> = []
        for path in paths { included.formUnion(try references(source(path)).includes) }
        for path in overridden {
            let source = try source(path)
            let start = SourceLocation(file: source.file, line: 1, column: 1)
            guard let text = embeddedText(path) else {
                if included.contains(path) || Self.isTexts(path) || isOfApp(path) { continue }
                let near = Suggestion.nearest(to: path, among: paths.filter { embeddedText($0) != nil })
                let hint = near.map { "; did you mean \($0)?" } ?? ""
                warnings.append(TemplateWarning(message: "no template is called \(path)\(hint)", location: start))
                continue
            }
            let own = try references(source).variables
            let original = TemplateSource(path: path, text: text, file: "templates/\(path)")
            for name in try references(original).variables.subtracting(own).sorted() {
                warnings.append(
                    TemplateWarning(
                        message: "`\(name)` is not used, as it is in the template that this one replaces",
                        location: start
                    )
                )
            }
        }
        return warnings
    }

    /// Whether a path is one that an app's folder may have: `apps/NAME/` with an `app.yaml`.
    private func isOfApp(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0] == "apps", has("apps/\(parts[1])/app.yaml") else { return false }
        return parts.count == 3
            ? ["app.yaml", "chart.yaml", "values.yaml"].contains(parts[2])
            : parts.count == 4 && ["objects", "files"].contains(parts[2])
    }

    /// The variables and templates that a template names, without those that its own loops bind.
    func references(_ source: TemplateSource) throws(TemplateError) -> References {
        var references = References()
        // Pages are filled by another engine, which has a grammar of its own; notes are not filled at all.
        if source.path.hasSuffix(".mustache") || source.path.hasSuffix(".md") { return references }
        guard Self.isYAML(source.path) else {
            references.add(braces: source.text, bound: [])
            return references
        }
        do {
            for node in try YAMLParser.documents(source.text, file: source.file) { references.add(node, bound: []) }
        } catch {
            throw source.error(parsing: error)
        }
        return references
    }
}

/// What a template refers to.
struct References: Equatable {
    var variables: Set<String> = []
    var includes: Set<String> = []

    mutating func add(_ node: Node, bound: Set<String>) {
        var inner = bound
        switch node.tag {
        case "!raw": return
        case "!include":
            if let path = node.text { includes.insert(path) }
            return
        case "!each", "!only", "!entries":
            add(variable: node["in"]?.text, bound: bound)
            if let name = node["as"]?.text { inner.insert(name) }
            for pair in node.pairs ?? [] where pair.key.text != "in" && pair.key.text != "as" {
                add(pair.value, bound: inner)
            }
            return
        case "!if":
            add(variable: node["when"]?.text, bound: bound)
            for pair in node.pairs ?? [] where pair.key.text != "when" { add(pair.value, bound: bound) }
            return
        default: break
        }
        switch node.content {
        case .scalar(let scalar): add(braces: scalar.text, bound: bound)
        case .sequence(let items, _): for item in items { add(item, bound: bound) }
        case .mapping(let pairs, _):
            for pair in pairs {
                add(pair.key, bound: bound)
                add(pair.value, bound: bound)
            }
        }
    }

    mutating func add(braces text: String, bound: Set<String>) {
        guard let segments = try? Braces.segments(text) else { return }
        for case .variable(let name, _) in segments { add(variable: name.text, bound: bound) }
    }

    private mutating func add(variable name: String?, bound: Set<String>) {
        guard let name, let first = name.split(separator: ".").first, !bound.contains(String(first)) else { return }
        variables.insert(name)
    }
}
