//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
package import Templating

/// Makes a lab's outputs from values alone: no clock, no chance, no file is looked at.
package struct Renderer: Sendable {
    let input: RenderInput
    let templates: TemplateStore
    /// What every template sees.
    private var shared: [String: TemplateValue] = [:]
    private let filled = FilledTemplates()
    /// How many servers there are.
    let servers: Int
    var lab: Lab { input.lab }

    package init(_ input: RenderInput, templates: TemplateStore = TemplateStore()) {
        self.input = input
        self.templates = templates
        servers = input.lab.nodes.count { $0.role == .server }
        shared = variables()
    }

    /// Everything below `out/`, sorted by path.
    package func outputs() throws(RenderingError) -> [RenderedFile] {
        var files = try trustFiles() + appFiles() + clusterFiles()
        for node in lab.nodes { files += try nodeFiles(node, seed: .inline) }
        return files.sorted { $0.path < $1.path }
    }

    /// Fills a template with the lab's variables and some of its own.
    func fill(_ path: String, _ own: [String: TemplateValue]) throws(RenderingError) -> FilledTemplate {
        do {
            return try templates.fill(path, shared.merging(own) { _, own in own })
        } catch {
            throw RenderingError(error)
        }
    }

    /// Fills a template with the lab's variables alone, which gives the same for every node.
    func fill(_ path: String) throws(RenderingError) -> FilledTemplate {
        try filled.text(path) { () throws(RenderingError) in try fill(path, [:]) }
    }

    /// Fills a template with variables that many nodes share; `key` tells apart those that do not.
    func fill(
        _ path: String,
        for key: String,
        _ own: [String: TemplateValue]
    ) throws(RenderingError) -> FilledTemplate {
        try filled.text("\(path) \(key)") { () throws(RenderingError) in try fill(path, own) }
    }
}

extension RenderedFile {
    init(path: String, _ filled: FilledTemplate) {
        self.init(path: path, text: filled.text, holdsSecret: filled.holdsSecret)
    }
}
