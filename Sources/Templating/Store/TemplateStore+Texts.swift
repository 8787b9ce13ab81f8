//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import YAML

extension TemplateStore {
    /// The folder of the texts of pages, a file for each language.
    private static let texts = "pages/text/"

    /// The languages that there are texts for, by their tags (RFC 5646), sorted.
    package var languages: [String] {
        paths.filter { $0.hasPrefix(Self.texts) && $0.hasSuffix(".yaml") }
            .map { String($0.dropFirst(Self.texts.count).dropLast(".yaml".count)) }
    }

    /// Whether a path is that of the texts of a language.
    static func isTexts(_ path: String) -> Bool { path.hasPrefix(texts) && path.hasSuffix(".yaml") }

    /// The texts of a language, by their keys. What a user's own file lacks is taken from the one that it replaces, so that
    /// a few words can be changed alone.
    ///
    /// - Throws: ``TemplateError``, with the place, for anything but a flat mapping of texts.
    package func texts(language: String) throws(TemplateError) -> [String: String] {
        let path = "\(Self.texts)\(language).yaml"
        let own = try Self.texts(try source(path))
        guard let text = embeddedText(path), overridden.contains(path) else { return own }
        let original = try Self.texts(TemplateSource(path: path, text: text, file: "templates/\(path)"))
        return original.merging(own) { $1 }
    }

    private static func texts(_ source: TemplateSource) throws(TemplateError) -> [String: String] {
        let node: Node
        do {
            node = try YAMLParser.document(source.text, file: source.file)
        } catch {
            throw source.error(parsing: error)
        }
        var texts: [String: String] = [:]
        guard let pairs = node.pairs else {
            throw TemplateError(
                .templateInvalid,
                "the texts of a language are no mapping",
                at: node.location(in: source.file),
                remedy: "one line each: key: \"text\""
            )
        }
        for pair in pairs {
            guard let key = pair.key.text, let text = pair.value.text else {
                throw TemplateError(
                    .templateInvalid,
                    "a text of a page is no text",
                    at: pair.key.location(in: source.file),
                    remedy: "one line each: key: \"text\""
                )
            }
            texts[key] = text
        }
        return texts
    }
}
