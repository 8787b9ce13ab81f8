//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Secrets
import Storage
import Support

/// `kindling secret show`
struct SecretShow: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one named secret; its value only with --reveal.",
        discussion: """
            EXAMPLES
              kindling secret show k3s-token
              kindling secret show backup-password --reveal

            EXIT CODES
              0   done
              1   there is no state
              64  there is no such secret
              77  --reveal into a pipe or file without --yes
            """
    )

    @Argument(help: "The secret's name.")
    var name: String

    @OptionGroup var reveal: RevealOptions
    @OptionGroup var outputOptions: OutputOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let isRevealed = try reveal.check(in: context)
        let state = try await OpenState.open(labOptions.paths(in: context), in: context)
        let secrets = try await state.database.namedSecrets()
        guard let secret = secrets.first(where: { $0.name == name }) else {
            let nearest = Suggestion.nearest(to: name, among: secrets.map(\.name))
            throw CommandError(
                .badArgument,
                "the state has no secret \(name)",
                remedy: nearest.map { "did you mean \($0)?" } ?? "kindling secret list"
            )
        }
        if isRevealed { try await state.record("secret.reveal", name, in: context) }
        try outputOptions.print(record: SecretView.record(secret, isRevealed: isRevealed), in: context)
    }
}
