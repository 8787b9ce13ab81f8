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

/// `kindling init`
struct Init: KindlingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a commented lab.yaml and make the state.",
        discussion: """
            A lab.yaml that stands is kept and only checked, so that the command can be repeated and makes the state of \
            a lab that was cloned. The state is sealed by a key file in ~/.config/kindling, which belongs into your \
            backup, apart from the state.

            EXAMPLES
              kindling init --name ainur --domain kidd.network --address 192.168.1.66
              kindling init --lab labs/home/lab.yaml

            EXIT CODES
              0   done
              65  the name or domain does not fit, or lab.yaml has mistakes
              73  a file cannot be written
            """
    )

    @Option(help: "Short name of the lab.")
    var name: String = "lab"

    @Option(help: "Domain that the lab's names lie in.")
    var domain: String = "lab.home.arpa"

    @Option(help: "Address of the machine that runs kindling.")
    var address: String = "192.168.1.66"

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        if Files.exists(paths.lab) {
            _ = try paths.readLab(in: context)
            context.say("\(paths.lab) stands and is valid")
        } else {
            let text = InitialLab.text(name: name, domain: domain, address: address)
            // A name or domain that does not fit is refused before anything is written.
            _ = try LabDecoder.decode(text: text, file: paths.lab)
            if dryRun.isDryRun {
                context.say("would write \(paths.lab)")
            } else {
                try Files.makeFolder(Files.split(paths.lab).folder)
                try Files.write(Array(text.utf8), to: paths.lab)
                context.say("wrote \(paths.lab); look through it and adjust it")
            }
        }
        if dryRun.isDryRun {
            return context.say(OpenState.exists(paths) ? "the state stands" : "would make the state in \(paths.state)")
        }
        let state = try await OpenState.openOrCreate(paths, in: context)
        if !state.isNew { context.say("the state in \(paths.state) stands") }
        context.say("next: \(paths.command("up"))")
    }
}
