//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Lab

/// `kindling render`
struct RenderOutputs: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "outputs",
        abstract: "Write all outputs to out/ (what `kindling render` does by itself).",
        discussion: """
            Files that are the same already are not touched, and those that are not made any more are removed. What \
            holds a secret is readable by its owner alone, and git ignores the folder.

            EXAMPLES
              kindling render
              kindling render --check
              kindling render --templates my-templates --out /srv/lab

            EXIT CODES
              0   done
              1   there is no authority yet
              2   --check found outputs that are not up to date
              65  lab.yaml or a template has mistakes
              73  the outputs cannot be written
              77  git tracks an output that holds a secret
            """
    )

    @Option(help: "Another layout than lab.yaml's: k3s-manifests, kustomize, argocd-apps or flat.")
    var layout: Cluster.Layout?

    @Flag(help: "Write nothing; exit 2 when outputs are not up to date.")
    var check = false

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        var lab = try paths.readLab(in: context)
        if let layout { lab.cluster?.layout = layout }
        let templates = try paths.templateStore()
        try paths.checkPlaces()
        let state = try await OpenState.open(paths, in: context)
        let boot = FirstBoot(lab: lab, state: state, context: context)
        let isReadOnly = check || dryRun.isDryRun
        let report = try await state.exclusively(in: context) {
            let files = try await boot.outputs(templates)
            if !isReadOnly { try await GitGuard.checkTracked(files, in: paths.out) }
            return try OutputFolder(path: paths.out).write(files, isDryRun: isReadOnly)
        }
        report.say(folder: paths.out, isDryRun: isReadOnly, in: context)
        if check, !report.written.isEmpty || !report.removed.isEmpty { throw ExitCode(2) }
    }
}

extension Cluster.Layout: ExpressibleByArgument {}
