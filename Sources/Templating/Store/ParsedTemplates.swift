//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Synchronization
import YAML

/// Templates that were parsed, so that each is parsed once, however often it is filled. A store does not change, and any
/// number of threads may fill from it at once.
final class ParsedTemplates: Sendable {
    private let templates = Mutex<[String: ParsedTemplate]>([:])
    private let segments = Mutex<[String: [Braces.Segment]]>([:])

    /// A YAML template.
    func template(_ source: TemplateSource) throws(TemplateError) -> ParsedTemplate {
        if let known = templates.withLock({ $0[source.path] }) { return known }
        let parsed = try ParsedTemplate(source)
        templates.withLock { $0[source.path] = parsed }
        return parsed
    }

    /// The pieces of a text template.
    func segments(of source: TemplateSource) throws(TemplateError) -> [Braces.Segment] {
        if let known = segments.withLock({ $0[source.path] }) { return known }
        let parsed: [Braces.Segment]
        do {
            parsed = try Braces.segments(source.text)
        } catch {
            throw TemplateError(.templateInvalid, error.message, at: source.location(braces: error.index))
        }
        segments.withLock { $0[source.path] = parsed }
        return parsed
    }
}
