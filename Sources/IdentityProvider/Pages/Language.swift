//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import HTTPTypes
package import Hummingbird
import Templating

/// A language that pages speak, with its texts.
package struct Language: Sendable {
    /// Its tag (RFC 5646), for example `de`.
    package let tag: String
    /// Texts by their keys.
    let texts: [String: String]

    /// A text with its values filled in.
    func text(_ phrase: Phrase) -> String {
        var text = texts[phrase.key] ?? phrase.key
        for (name, value) in phrase.values { text = text.replacing("{\(name)}", with: value) }
        return text
    }
}

/// The languages that pages speak.
package struct Languages: Sendable {
    /// The one that is spoken when nothing else is asked for, and whose texts stand in for those that another one lacks.
    static let standard = "en"

    private let languages: [String: Language]
    /// The tags, the standard one first.
    let tags: [String]
    let fallback: Language

    /// Reads the texts of every language. Throws `TemplateError` when those of one cannot be read.
    init(_ templates: TemplateStore) throws(TemplateError) {
        let standard = try templates.texts(language: Self.standard)
        var languages: [String: Language] = [:]
        for tag in templates.languages {
            let own = try templates.texts(language: tag)
            languages[tag.lowercased()] = Language(tag: tag, texts: standard.merging(own) { $1 })
        }
        self.languages = languages
        fallback = Language(tag: Self.standard, texts: standard)
        tags = [Self.standard] + templates.languages.filter { $0 != Self.standard }
    }

    /// The language for a request: what the relying party asked for by `ui_locales`, then what the browser prefers
    /// (RFC 9110, section 12.5.4).
    package func language(for request: Request, uiLocales: [String] = []) -> Language {
        for tag in uiLocales.prefix(8) {
            if let language = language(tag[...]) { return language }
        }
        for tag in Self.accepted(request.headers[.acceptLanguage] ?? "") {
            if let language = language(tag) { return language }
        }
        return fallback
    }

    /// Every language, the standard one first.
    package var all: [Language] { tags.compactMap(language(tagged:)) }

    /// The language of exactly this tag.
    func language(tagged tag: String) -> Language? { languages[tag.lowercased()] }

    /// The language of a tag; `de` serves for `de-CH` (RFC 4647, section 3.4).
    private func language(_ tag: Substring) -> Language? {
        var rest = tag.lowercased()[...]
        while !rest.isEmpty {
            if let language = languages[String(rest)] { return language }
            guard let dash = rest.lastIndex(of: "-") else { return nil }
            rest = rest[..<dash]
        }
        return nil
    }

    /// The tags of an `Accept-Language` header, the preferred ones first, without those that are refused by `q=0`.
    static func accepted(_ header: String) -> [Substring] {
        guard header.utf8.count <= 1_024 else { return [] }
        let ranges = header.split(separator: ",").prefix(32).enumerated().compactMap { index, part in
            let pieces = part.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            guard let tag = pieces.first, !tag.isEmpty else {
                return nil as (tag: Substring, quality: Double, index: Int)?
            }
            let quality = pieces.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            return (tag[...], quality, index)
        }
        return ranges.filter { $0.quality > 0 }.sorted { ($1.quality, $0.index) < ($0.quality, $1.index) }.map(\.tag)
    }
}
