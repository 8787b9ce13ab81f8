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

/// `kindling app show`
struct AppShow: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what one app is as a relying party.",
        discussion: """
            Needs no lab.yaml; where there is one, the redirect URIs are those of its clients.

            EXAMPLES
              kindling app show grafana
              kindling app show wikijs --templates my-templates --output yaml

            EXIT CODES
              0   done
              64  there is no such app
              65  lab.yaml or an app.yaml has mistakes
            """
    )

    @Argument(help: "The app, as a client of lab.yaml names it.")
    var app: String

    @OptionGroup var outputOptions: OutputOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let view = try AppView(labOptions, in: context)
        guard let app = view.table.apps[app] else {
            throw CommandError(
                .badArgument,
                "no app \(app) is known",
                remedy: Suggestion.nearest(to: app, among: view.table.names).map { "did you mean \($0)?" }
                    ?? "kindling app list"
            )
        }
        try outputOptions.print(record: view.record(app), in: context)
    }
}
