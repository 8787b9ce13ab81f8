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

/// `kindling ca create`
struct CACreate: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make the root, the issuing intermediate and the cluster's intermediate.",
        discussion: """
            Makes the state too, where there is none. An authority that stands is left as it is, so that the command \
            can be repeated. Keys stay in the state.

            EXAMPLES
              kindling ca create
              kindling ca create --dry-run

            EXIT CODES
              0   done
              65  lab.yaml has mistakes
              73  the state cannot be written
            """
    )

    @OptionGroup var labOptions: LabOptions
    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var outputOptions: OutputOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let lab = try paths.readLab(in: context)
        if dryRun.isDryRun {
            let permitted = lab.authority.permitted.map(\.description).joined(separator: ", ")
            return context.say("would make, unless they stand: \(lab.authority.commonName) for \(permitted)")
        }
        let state = try await OpenState.openOrCreate(paths, in: context)
        _ = try await FirstBoot(lab: lab, state: state, context: context).ensureAuthorities()
        let rows = try AuthorityView.list(await state.database.archive(), cluster: lab.cluster?.name)
        try outputOptions.print(list: rows, columns: AuthorityView.columns, in: context)
    }
}
