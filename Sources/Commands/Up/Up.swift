//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Lab
import Support

/// `kindling up`
struct Up: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "All of it: authority, certificates, secrets, outputs; then serve the identity provider.",
        discussion: """
            What stands is left as it is, so that a second run changes nothing unless a renewal is due. Prints the \
            issuer, the hosts line for workstations, where the outputs are and what to do next; and, on a terminal, \
            a one-time link for every administrator who has no password yet. While it serves it renews the lab's \
            certificates once an hour, with their files. Ctrl-C ends it.

            EXAMPLES
              kindling up
              kindling up --once
              kindling up --dry-run

            EXIT CODES
              0   done
              1   failed, for example the port is in use
              65  lab.yaml has mistakes, or the state cannot be read
              73  the state or the outputs cannot be written
              77  this user may not listen on the port, or git tracks an output that holds a secret
            """
    )

    @Flag(help: "Do all but serve.")
    var once = false

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let lab = try paths.readLab(in: context)
        let templates = try paths.templateStore()
        try paths.checkPlaces()
        if dryRun.isDryRun {
            return context.console.write(UpReport.plan(lab: lab, paths: paths), to: .output)
        }
        let state = try await OpenState.openOrCreate(paths, in: context)
        let boot = FirstBoot(lab: lab, state: state, context: context)
        let (result, outputs) = try await state.exclusively(in: context) {
            let result = try await boot.run()
            let files = try await boot.outputs(templates)
            try await GitGuard.checkTracked(files, in: paths.out)
            return (result, try OutputFolder(path: paths.out).write(files, isDryRun: false))
        }
        context.console.write(
            UpReport(lab: lab, paths: paths, boot: result, outputs: outputs).text(isServing: !once),
            to: .output
        )
        if once { return }
        try await ProviderService(lab: lab, state: state, templates: templates, context: context, renews: true)
            .serve()
    }
}
