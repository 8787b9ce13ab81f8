//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Lab

/// `kindling app list`
struct AppList: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the apps that a client of lab.yaml can name, those of --templates too.",
        discussion: """
            Needs no lab.yaml; where there is one, the clients of each app are named.

            EXAMPLES
              kindling app list
              kindling app list --templates my-templates --output json

            EXIT CODES
              0   done
              65  lab.yaml or an app.yaml has mistakes
            """
    )

    @OptionGroup var outputOptions: OutputOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let view = try AppView(labOptions, in: context)
        try outputOptions.print(
            list: view.table.names.compactMap { view.table.apps[$0] }.map(view.record),
            columns: AppView.columns,
            in: context
        )
    }
}
