//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Lab
import Storage

/// `kindling client list`
struct ClientList: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the relying parties of lab.yaml and what their secrets are like.",
        discussion: """
            EXAMPLES
              kindling client list
              kindling client list --output json

            EXIT CODES
              0   done
              1   there is no state
              65  lab.yaml has mistakes
            """
    )

    @OptionGroup var outputOptions: OutputOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let lab = try paths.readLab(in: context)
        let secrets = try await OpenState.open(paths, in: context).database.clientSecrets()
        let rows = lab.clients.map { ClientView.record($0, secrets: secrets) }
        try outputOptions.print(list: rows, columns: ClientView.columns, in: context)
    }
}
