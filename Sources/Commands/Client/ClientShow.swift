//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Storage

/// `kindling client show`
struct ClientShow: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one relying party; its secret only with --reveal.",
        discussion: """
            Without --reveal the secret is shown as a short fingerprint, enough to compare two places. --reveal prints \
            it on a terminal; into a pipe or file only with --yes.

            EXAMPLES
              kindling client show argocd
              kindling client show argocd --reveal
              kindling client show argocd --reveal --yes --output json | jq -r .secret

            EXIT CODES
              0   done
              1   there is no state
              64  there is no such client
              77  --reveal into a pipe or file without --yes
            """
    )

    @Argument(help: "The client's id.")
    var id: String

    @OptionGroup var reveal: RevealOptions
    @OptionGroup var outputOptions: OutputOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let client = try ClientView.find(id, in: try paths.readLab(in: context))
        let isRevealed = try reveal.check(in: context)
        let state = try await OpenState.open(paths, in: context)
        let secrets = try await state.database.clientSecrets()
        if isRevealed { try await state.record("client.reveal", id, in: context) }
        try outputOptions.print(
            record: ClientView.record(client, secrets: secrets, isRevealed: isRevealed),
            in: context
        )
    }
}
