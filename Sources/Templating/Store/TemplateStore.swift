//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import Support

/// Every template, by its path below `templates/`: those compiled in, and over them, file by file, a user's own.
package struct TemplateStore: Sendable {
    private let embedded: [String: String]
    private let overrides: [String: String]
    private let folder: String?
    let parsed = ParsedTemplates()

    /// The templates compiled in.
    package init() {
        embedded = embeddedTemplates
        overrides = [:]
        folder = nil
    }

    /// The templates compiled in, and a folder of files that stand in for those of the same path.
    ///
    /// Files whose name begins with a dot, and folders of such a name, are passed over.
    package init(overrides folder: String) throws(TemplateError) {
        try self.init(embedded: embeddedTemplates, overrides: folder)
    }

    /// Templates of one's own, for tests, with an optional folder of overrides.
    package init(embedded: [String: String], overrides folder: String? = nil) throws(TemplateError) {
        self.embedded = embedded
        self.folder = folder
        guard let folder else {
            overrides = [:]
            return
        }
        guard Files.isFolder(folder) else {
            throw TemplateError(
                .templateOverrideUnreadable,
                "there is no folder of templates \(folder)",
                remedy: "kindling templates export \(folder)"
            )
        }
        var found: [String: String] = [:]
        try Self.collect(folder, "", 0, &found)
        overrides = found
    }

    /// The paths of all templates, sorted.
    package var paths: [String] { Set(embedded.keys).union(overrides.keys).sorted() }

    /// The paths that the folder of overrides holds, sorted.
    package var overridden: [String] { overrides.keys.sorted() }

    /// Whether there is a template at a path.
    package func has(_ path: String) -> Bool { overrides[path] != nil || embedded[path] != nil }

    /// The file of a path, for messages.
    package func file(_ path: String) -> String {
        overrides[path] == nil ? "templates/\(path)" : "\(folder ?? "templates")/\(path)"
    }

    /// The text of a template, unfilled; for pages, which another engine fills.
    package func text(_ path: String) throws(TemplateError) -> String { try source(path).text }

    /// The text that was compiled in under a path, whatever stands over it.
    func embeddedText(_ path: String) -> String? { embedded[path] }

    /// The template at a path.
    func source(_ path: String, from location: SourceLocation? = nil) throws(TemplateError) -> TemplateSource {
        guard let text = overrides[path] ?? embedded[path] else {
            let near = Suggestion.nearest(to: path, among: paths)
            throw TemplateError(
                .templateMissing,
                "there is no template \(path)" + (near.map { "; did you mean \($0)?" } ?? ""),
                at: location,
                remedy: "kindling templates export DIR writes out every template there is"
            )
        }
        guard text.utf8.count <= TemplateLimits.templateBytes else {
            throw TemplateError(.templateLimit, "template \(path) is larger than \(TemplateLimits.templateBytes) bytes")
        }
        return TemplateSource(path: path, text: text, file: file(path))
    }

    private static func collect(
        _ root: String,
        _ below: String,
        _ depth: Int,
        _ found: inout [String: String]
    ) throws(TemplateError) {
        guard depth <= TemplateLimits.includeDepth else {
            throw TemplateError(.templateLimit, "folders of templates lie too deep in each other: \(root)/\(below)")
        }
        for name in Files.names(in: below.isEmpty ? root : "\(root)/\(below)") where !name.hasPrefix(".") {
            let path = below.isEmpty ? name : "\(below)/\(name)"
            if Files.isFolder("\(root)/\(path)") {
                try collect(root, path, depth + 1, &found)
                continue
            }
            guard found.count < TemplateLimits.overrides else {
                throw TemplateError(.templateLimit, "\(root) holds more than \(TemplateLimits.overrides) files")
            }
            found[path] = try text(of: "\(root)/\(path)")
        }
    }

    private static func text(of file: String) throws(TemplateError) -> String {
        do {
            let bytes = try Files.read(file, limit: TemplateLimits.templateBytes)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw TemplateError(.templateInvalid, "\(file) is not UTF-8")
            }
            return text
        } catch let error as FileError {
            throw TemplateError(error, code: .templateOverrideUnreadable)
        } catch let error as TemplateError {
            throw error
        } catch {
            throw TemplateError(.templateOverrideUnreadable, "cannot read \(file)")
        }
    }
}
