//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Foundation
import PackagePlugin

/// Compiles every file below `templates/` into the target as a table from path to text.
///
/// SwiftPM's own resource embedding names constants by file name alone, so that two templates of the same name in
/// different folders clash; this plug-in keeps the path.
@main
struct EmbedTemplates: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) async throws -> [Command] {
        let root = context.package.directoryURL.appending(path: "templates")
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedTemplates.swift")
        return [
            .buildCommand(
                displayName: "Embedding templates",
                executable: try context.tool(named: "embed-templates").url,
                arguments: [root.path(percentEncoded: false), output.path(percentEncoded: false)],
                inputFiles: inputs(below: root),
                outputFiles: [output]
            )
        ]
    }

    /// What the command is run again for.
    ///
    /// SwiftPM asks this list once and keeps it, so that templates added or removed later would be missed, or looked
    /// for in vain. The tool therefore runs at every build: `/proc/self` is another folder for each process. It takes
    /// some milliseconds and leaves the output as it is when no template has changed. Where there is no `/proc`, the
    /// templates of now are listed, with their folders.
    private func inputs(below root: URL) -> [URL] {
        let process = URL(filePath: "/proc/self")
        if FileManager.default.fileExists(atPath: process.path) { return [root, process] }
        let walk = FileManager.default.enumerator(
            at: root,
            includingPropertiesForKeys: nil,
            options: [.skipsHiddenFiles]
        )
        let found = walk?.compactMap { $0 as? URL } ?? []
        return ([root] + found).sorted { $0.path < $1.path }
    }
}
