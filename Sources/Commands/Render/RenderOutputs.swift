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

            --check and --diff write nothing. --diff shows in unified format what would change; of a file with secrets \
            it says only that it differs, unless --reveal is given.

            EXAMPLES
              kindling render
              kindling render --check
              kindling render --diff
              kindling render --diff --output json | jq -r '.[].path'
              kindling render --layout kustomize --out /srv/lab
              kindling render --templates my-templates

            EXIT CODES
              0   done
              1   there is no authority yet
              2   --check or --diff found outputs that are not up to date
              65  lab.yaml or a template has mistakes
              73  the outputs cannot be written
              77  git tracks an output that holds a secret; --reveal into a pipe or file without --yes
            """
    )

    @Option(help: "Another layout than lab.yaml's: k3s-manifests, kustomize, argocd-apps or flat.")
    var layout: Cluster.Layout?

    @Flag(help: "Write nothing; exit 2 when outputs are not up to date.")
    var check = false

    @Flag(help: "Write nothing; show what would change, and exit 2 when something would.")
    var diff = false

    @OptionGroup var reveal: RevealOptions
    @OptionGroup var outputOptions: OutputOptions
    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var labOptions: LabOptions

    func validate() throws {
        if reveal.reveal, !diff { throw ValidationError("--reveal shows what --diff hides; add --diff") }
    }

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        var lab = try paths.readLab(in: context)
        if let layout { lab.cluster?.layout = layout }
        let templates = try paths.templateStore()
        try paths.checkPlaces()
        let isRevealed = try reveal.check(in: context)
        let state = try await OpenState.open(paths, in: context)
        if isRevealed { try await state.record("outputs.reveal", paths.out, in: context) }
        let boot = FirstBoot(lab: lab, state: state, context: context)
        let isReadOnly = check || diff || dryRun.isDryRun
        let folder = OutputFolder(path: paths.out)
        let (changes, report) = try await state.exclusively(in: context) {
            let files = try await boot.outputs(templates)
            if !isReadOnly { try await GitGuard.checkTracked(files, in: paths.out) }
            return (try folder.changes(files), try folder.write(files, isDryRun: isReadOnly))
        }
        if try outputOptions.format(in: context) != .table {
            let records = changes.map { $0.record(in: paths.out, isDetailed: diff, isRevealed: isRevealed) }
            try outputOptions.print(list: records, columns: [:], in: context)
        } else if diff {
            let style = Style(context: context)
            for line in changes.flatMap({ $0.lines(in: paths.out, isRevealed: isRevealed) }) {
                context.say(line.text(style: style))
            }
            context.note("\(paths.out): \(report.summary)")
        } else {
            report.say(folder: paths.out, isDryRun: isReadOnly, in: context)
        }
        if check || diff, !changes.isEmpty { throw ExitCode(2) }
    }
}

extension Cluster.Layout: ExpressibleByArgument {}
