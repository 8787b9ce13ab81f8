//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Lab
import OIDC
import Storage
import Support

/// `kindling key list`
struct KeyList: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the keys that sign tokens.",
        discussion: """
            EXAMPLES
              kindling key list

            EXIT CODES
              0  done
              1  there is no state
            """
    )

    @OptionGroup var outputOptions: OutputOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let state = try await OpenState.open(labOptions.paths(in: context), in: context)
        let now = context.clock.now
        let rows = try await state.database.signingKeys().map { key in
            OutputValue.record([
                ("kid", .string(key.kid)),
                ("algorithm", .string(key.algorithm.rawValue)),
                ("status", .string(key.retired != nil ? "retired" : key.activeFrom > now ? "published" : "signing")),
                ("created", .string(Timestamp.text(key.created))),
                ("activeFrom", .string(Timestamp.text(key.activeFrom))),
                ("retired", .optional(key.retired.map(Timestamp.text))),
            ])
        }
        try outputOptions.print(
            list: rows,
            columns: ["kid": "kid", "algorithm": "algorithm", "status": "status", "created": "made"],
            in: context
        )
    }
}
