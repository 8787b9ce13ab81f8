//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Lab
import Secrets
import Support

/// `kindling client set`
struct ClientSet: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Set a client's secret to a value of your own, read from standard input.",
        discussion: """
            For an app whose secret exists already. The value before it is accepted no longer. A value that may be \
            guessed draws a warning; only an empty one is refused. At a terminal the value is asked for and not shown.

            EXAMPLES
              pass show grafana/oidc | kindling client set grafana
              kindling client set wiki < wiki-secret.txt

            EXIT CODES
              0   done
              64  there is no such client, or it is public
              65  the value is empty or no text
            """
    )

    @Argument(help: "The client's id.")
    var id: String

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let lab = try paths.readLab(in: context)
        _ = try ClientSecrets.confidential(id, of: lab.clients)
        let state = try await OpenState.open(paths, in: context)
        let value = try SecretInput(context: context).read(prompt: "secret of \(id)", isTwice: true)
        if dryRun.isDryRun { return context.say("would set the secret of \(id)") }
        let isChanged = try await ClientSecrets.set(
            value,
            for: id,
            of: lab.clients,
            in: state.database,
            now: context.clock.now,
            random: context.random
        )
        if isChanged { try await state.record("client.set", id, in: context) }
        context.say(
            isChanged
                ? "set the secret of \(id); write it out with: \(paths.command("render"))"
                : "\(id) has this secret already"
        )
    }
}
