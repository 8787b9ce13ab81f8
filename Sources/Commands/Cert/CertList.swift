//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import PKI
import Storage
import Support

/// `kindling cert list`
struct CertList: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the inventory: every certificate issued, the newest of each name first.",
        discussion: """
            EXAMPLES
              kindling cert list
              kindling cert list --output json

            EXIT CODES
              0  done
              1  there is no state
            """
    )

    @OptionGroup var labOptions: LabOptions
    @OptionGroup var outputOptions: OutputOptions

    func run(in context: CommandContext) async throws {
        let state = try await OpenState.open(labOptions.paths(in: context), in: context)
        let now = context.clock.now
        let rows = try await state.database.certificates().reversed().map { CertificateView.record($0, now: now) }
        try outputOptions.print(list: rows, columns: CertificateView.columns, in: context)
    }
}
