//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import YAML

/// A filled template.
package struct FilledTemplate: Sendable {
    /// The text.
    package var text: String
    /// Whether a ``TemplateValue/secret(_:)`` stands in it, so that the file must be kept from other users.
    package var holdsSecret: Bool

    package init(text: String, holdsSecret: Bool) {
        self.text = text
        self.holdsSecret = holdsSecret
    }
}

extension TemplateStore {
    /// Fills the template at a path: YAML templates (`.yaml`, `.yml`) node by node, others as text, quoted for their
    /// kind.
    package func fill(_ path: String, _ values: [String: TemplateValue]) throws(TemplateError) -> FilledTemplate {
        let source = try source(path)
        let filled =
            Self.isYAML(path)
            ? try fillYAML(source, Scope(values))
            : try TextFiller(source: source, scope: Scope(values), segments: parsed.segments(of: source)).filled()
        guard filled.text.utf8.count <= TemplateLimits.outputBytes else {
            throw TemplateError(.templateLimit, "\(source.file) makes more than \(TemplateLimits.outputBytes) bytes")
        }
        return filled
    }

    /// Whether a template is filled as YAML.
    static func isYAML(_ path: String) -> Bool { path.hasSuffix(".yaml") || path.hasSuffix(".yml") }

    private func fillYAML(_ source: TemplateSource, _ scope: Scope) throws(TemplateError) -> FilledTemplate {
        var filler = YAMLFiller(store: self)
        let documents = try filler.documents(of: source, scope: scope, chain: [])
        let body =
            switch documents.count {
            case 0: ""
            case 1: YAMLEmitter.emit(documents[0])
            default: YAMLEmitter.emit(documents: documents)
            }
        return FilledTemplate(text: try parsed.template(source).head + body, holdsSecret: filler.holdsSecret)
    }
}
