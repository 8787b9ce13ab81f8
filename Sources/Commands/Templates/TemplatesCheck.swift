//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Lab
import Support
import Templating

/// `kindling templates check`
struct TemplatesCheck: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a folder of changed templates: whether each parses, and what is odd about it.",
        discussion: """
            The app.yaml and chart.yaml of apps are read too. An app of your own, a folder below apps/ with an app.yaml, is \
            nothing odd.

            EXAMPLES
              kindling templates check --templates my-templates

            EXIT CODES
              0   nothing found
              2   something is odd
              64  no folder was named
              65  a template cannot be used
            """
    )

    @OptionGroup var templateOptions: TemplateOptions
    @OptionGroup var outputOptions: OutputOptions

    func run(in context: CommandContext) async throws {
        guard let folder = templateOptions.folder(in: context) else {
            throw CommandError(.badArgument, "no folder of templates was named", remedy: "name it with --templates DIR")
        }
        let store = try TemplateStore(overrides: folder)
        _ = try AppTable(store)
        let rows = try store.warnings().map { warning in
            OutputValue.record([
                ("file", .string(warning.location.file)),
                ("line", .int(warning.location.line)),
                ("column", .int(warning.location.column)),
                ("message", .string(warning.message)),
            ])
        }
        if try outputOptions.format(in: context) != .table || !rows.isEmpty {
            try outputOptions.print(
                list: rows,
                columns: ["file": "file", "line": "line", "message": "finding"],
                in: context
            )
        }
        context.note("\(store.overridden.count) templates of \(folder) checked, \(rows.count) findings")
        if !rows.isEmpty { throw ExitCode(2) }
    }
}
