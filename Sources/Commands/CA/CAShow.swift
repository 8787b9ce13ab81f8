//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Lab
import PKI
import Storage

/// `kindling ca show`
struct CAShow: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the authority: subjects, constraints, fingerprints, ends of life, and how far a rotation is.",
        discussion: """
            The fingerprint is SHA-256 over the certificate's DER form, as browsers and `openssl x509 -fingerprint \
            -sha256` show it. The status is `current` for what signs now, `next` and `old` for the other side of a \
            rotation of the root.

            EXAMPLES
              kindling ca show
              kindling ca show --all --output json

            EXIT CODES
              0   done
              1   there is no state or no authority yet
              65  lab.yaml has mistakes
            """
    )

    @Flag(help: "Show those that are retired or revoked too.")
    var all = false

    @OptionGroup var labOptions: LabOptions
    @OptionGroup var outputOptions: OutputOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let lab = try paths.readLab(in: context)
        let state = try await OpenState.open(paths, in: context)
        let archive = try await state.database.archive()
        let rows = try AuthorityView.list(archive, cluster: lab.cluster?.name, showsRetired: all)
        try outputOptions.print(list: rows, columns: AuthorityView.columns, in: context)
        if let rotation = AuthorityView.rotation(archive) { context.note(rotation) }
    }
}
