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
              1   there is no state, or no such secret
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
        let secret = try await NamedSecrets.require(name, in: state.database)
        if isRevealed { try await state.record("secret.reveal", name, in: context) }
        outputOptions.print(record: SecretView.record(secret, isRevealed: isRevealed), in: context)
    }
}
