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
import Storage
import Support

/// `kindling secret set`
struct SecretSet: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Set a named secret to a value of your own, read from standard input.",
        discussion: """
            The name is one of `secrets` in lab.yaml, of a connector there, or one that `kindling secret list` shows.

            EXAMPLES
              kindling secret set forgejo-client-secret < secret.txt

            EXIT CODES
              0   done
              64  lab.yaml and the state know no secret of that name
              65  the value is empty or no text
            """
    )

    @Argument(help: "The secret's name.")
    var name: String

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let lab = try paths.readLab(in: context)
        let state = try await OpenState.open(paths, in: context)
        let known =
            lab.secrets.map(\.name) + lab.identity.connectors.map(\.secret)
            + (try await state.database.namedSecrets().map(\.name))
        guard known.contains(name) else {
            let nearest = Suggestion.nearest(to: name, among: known)
            throw CommandError(
                .badArgument,
                "neither lab.yaml nor the state knows a secret \(name)",
                remedy: nearest.map { "did you mean \($0)?" } ?? "add it to `secrets` in \(paths.lab)"
            )
        }
        let value = try SecretInput(context: context).read(prompt: "secret \(name)", isTwice: true)
        if dryRun.isDryRun { return context.say("would set the secret \(name)") }
        let isChanged = try await NamedSecrets.set(value, named: name, in: state.database, now: context.clock.now)
        if isChanged { try await state.record("secret.set", name, in: context) }
        context.say(
            isChanged
                ? "set the secret \(name); write it out with: \(paths.command("render"))" : "it has this value already"
        )
    }
}
