//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Storage

/// `kindling secret list`
struct SecretList: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the named secrets of the state.",
        discussion: """
            EXAMPLES
              kindling secret list

            EXIT CODES
              0  done
              1  there is no state
            """
    )

    @OptionGroup var outputOptions: OutputOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let state = try await OpenState.open(labOptions.paths(in: context), in: context)
        let rows = try await state.database.namedSecrets().map { SecretView.record($0) }
        try outputOptions.print(list: rows, columns: SecretView.columns, in: context)
    }
}
