//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import PKI

/// `kindling bundle`
struct BundleCommand: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "The trust bundle: the root certificates that clients of the lab need.",
        discussion: """
            EXAMPLES
              kindling bundle > lab-ca.pem
              kindling bundle --format pem --to /usr/local/share/ca-certificates/lab-ca.crt

            EXIT CODES
              0   done
              1   there is no authority yet
              73  the file cannot be written
            """
    )

    @Option(help: "The form; pem is what this version makes.")
    var format: BundleFormat = .pem

    @OptionGroup var destination: DestinationOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let lab = try paths.readLab(in: context)
        let state = try await OpenState.open(paths, in: context)
        let authorities = try await AuthoritySet.load(for: lab, from: state.database)
        switch format {
        case .pem: try destination.put(authorities.trust.pem, in: context)
        }
    }
}

/// `--format` of `bundle`.
enum BundleFormat: String, ExpressibleByArgument, CaseIterable {
    case pem
}
