//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Templating

/// `kindling templates export`
struct TemplatesExport: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write all templates to a folder, to be changed and given back with --templates.",
        discussion: """
            Keep only the files that you change; the others stay built in. A file that stands there with other text is \
            not overwritten.

            EXAMPLES
              kindling templates export my-templates
              kindling render --templates my-templates

            EXIT CODES
              0   done
              73  a file stands there already, or cannot be written
            """
    )

    @Argument(help: "The folder.")
    var folder: String

    @OptionGroup var dryRun: DryRunOptions

    func run(in context: CommandContext) async throws {
        let store = TemplateStore()
        if dryRun.isDryRun {
            for path in store.paths { context.say("would write \(folder)/\(path)") }
            return
        }
        let written = try store.export(to: folder)
        for path in written { context.say("\(folder)/\(path)") }
        context.note("wrote \(written.count) of \(store.paths.count) templates")
    }
}
