//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import PKI

/// `kindling ca export`
struct CAExport: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the authority's certificates as PEM; never a key.",
        discussion: """
            EXAMPLES
              kindling ca export > ca.pem
              kindling ca export --role issuing --to issuing.pem

            EXIT CODES
              0   done
              1   there is no state or no authority yet
              73  the file cannot be written
            """
    )

    @Option(help: "Which: root, issuing or cluster.")
    var role: AuthorityRole = .root

    @OptionGroup var labOptions: LabOptions
    @OptionGroup var destination: DestinationOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let lab = try paths.readLab(in: context)
        let state = try await OpenState.open(paths, in: context)
        let authorities = try await AuthoritySet.load(for: lab, from: state.database)
        let authority: CertificateAuthority? =
            switch role {
            case .root: authorities.root
            case .issuing: authorities.issuing
            case .cluster: authorities.cluster
            }
        guard let authority else {
            throw CommandError(.notFound, "there is no authority of a cluster: lab.yaml names none")
        }
        try destination.put(authority.pem, in: context)
    }
}

extension AuthorityRole: ExpressibleByArgument {}
