//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Storage
import Support

/// `kindling audit`
struct Audit: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Show what was done, by whom: by commands and at the identity provider.",
        discussion: """
            The newest entries, oldest of them first. Entries are never changed or removed, and hold no secret.

            EXAMPLES
              kindling audit
              kindling audit --last 500 --output json

            EXIT CODES
              0   done
              1   there is no state
              64  --last is no number above 0
            """
    )

    @Option(help: ArgumentHelp("How many entries.", valueName: "number"))
    var last = 50

    @OptionGroup var outputOptions: OutputOptions
    @OptionGroup var labOptions: LabOptions

    func validate() throws {
        guard last > 0 else { throw ValidationError("--last \(last) is no number above 0") }
    }

    func run(in context: CommandContext) async throws {
        let state = try await OpenState.open(labOptions.paths(in: context), in: context)
        let rows = try await state.database.auditEntries(last: last).map { entry in
            OutputValue.record([
                ("time", .string(Timestamp.text(entry.time))),
                ("actor", .string(entry.actor)),
                ("action", .string(entry.action)),
                ("object", .string(entry.object)),
                ("detail", .string(entry.detail)),
            ])
        }
        try outputOptions.print(
            list: rows,
            columns: ["time": "time", "actor": "by", "action": "action", "object": "to", "detail": "detail"],
            in: context
        )
    }
}
