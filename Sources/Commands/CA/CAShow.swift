//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import PKI

/// `kindling ca show`
struct CAShow: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the authority: subjects, constraints, fingerprints, ends of life.",
        discussion: """
            The fingerprint is SHA-256 over the certificate's DER form, as browsers and `openssl x509 -fingerprint \
            -sha256` show it.

            EXAMPLES
              kindling ca show
              kindling ca show --output json

            EXIT CODES
              0   done
              1   there is no state or no authority yet
              65  lab.yaml has mistakes
            """
    )

    @OptionGroup var labOptions: LabOptions
    @OptionGroup var outputOptions: OutputOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let lab = try paths.readLab(in: context)
        let state = try await OpenState.open(paths, in: context)
        let authorities = try await AuthoritySet.load(for: lab, from: state.database)
        try outputOptions.print(list: AuthorityView.list(authorities), columns: AuthorityView.columns, in: context)
    }
}
