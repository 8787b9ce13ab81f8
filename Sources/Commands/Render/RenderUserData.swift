//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Lab
import Rendering
import Support

/// `kindling render user-data`
struct RenderUserData: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "user-data",
        abstract: "Print one node's cloud-init user-data.",
        discussion: """
            With --seed inline it holds all that the node needs, secrets included: for a USB stick or SD card in your \
            hands, never for a web server. --seed enrol comes with enrolment, in a later version.

            EXAMPLES
              kindling render user-data valar-1 --seed inline --to /media/usb/user-data

            EXIT CODES
              0   done
              1   there is no authority yet
              64  there is no such node
              77  --to a path that git would take
            """
    )

    @Argument(help: "The node's name.")
    var node: String

    @Option(help: "inline: everything in one file; enrol: what a node enrols with.")
    var seed: NodeSeed = .inline

    @Option(name: .customLong("to"), help: ArgumentHelp("Write to this file instead, mode 0600.", valueName: "path"))
    var path: String?

    @Flag(name: .customLong("allow-plaintext-in-git"), help: "Write it even where git would take it.")
    var allowPlaintextInGit = false

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let lab = try paths.readLab(in: context)
        guard let target = lab.nodes.first(where: { $0.name == node }) else {
            let nearest = Suggestion.nearest(to: node, among: lab.nodes.map(\.name))
            throw CommandError(
                .badArgument,
                "no node \(node) in \(paths.lab)",
                remedy: nearest.map { "did you mean \($0)?" } ?? "add it to `nodes`"
            )
        }
        if let path { try await GitGuard.check(path, isAllowed: allowPlaintextInGit) }
        let templates = try paths.templateStore()
        let state = try await OpenState.open(paths, in: context)
        let input = try await FirstBoot(lab: lab, state: state, context: context).renderInput()
        let file = try Renderer(input, templates: templates).userData(node: target.name, seed: seed)
        guard let path else { return context.console.write(file.text, to: .output) }
        if dryRun.isDryRun { return context.say("would write \(path)") }
        try Files.write(Array(file.text.utf8), to: path, mode: 0o600)
        context.note("wrote \(path)")
    }
}

extension NodeSeed: ExpressibleByArgument {}
