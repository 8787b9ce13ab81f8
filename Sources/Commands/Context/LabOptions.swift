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
import Templating

/// Where the lab is: options of every command.
struct LabOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The lab's file (default: lab.yaml).", valueName: "file"))
    var lab: String?

    @Option(help: ArgumentHelp("The state's folder (default: state, beside the lab's file).", valueName: "dir"))
    var state: String?

    @Option(help: ArgumentHelp("The folder for outputs (default: out, beside the lab's file).", valueName: "dir"))
    var out: String?

    @OptionGroup var templateOptions: TemplateOptions

    /// The paths that flags, environment and defaults give, in this order.
    func paths(in context: CommandContext) -> LabPaths {
        let lab = lab ?? context.variable("KINDLING_LAB") ?? "lab.yaml"
        let folder = Files.split(lab).folder
        let beside = folder == "." ? "" : folder == "/" ? "/" : folder + "/"
        return LabPaths(
            lab: lab,
            state: state ?? context.variable("KINDLING_STATE") ?? "\(beside)state",
            out: out ?? context.variable("KINDLING_OUT") ?? "\(beside)out",
            templates: templateOptions.folder(in: context),
            flags: flags
        )
    }

    /// The options as they were given, for commands that are shown to be copied.
    private var flags: String {
        [("--lab", lab), ("--state", state), ("--out", out), ("--templates", templateOptions.templates)]
            .map { name, value in value.map { " \(name) \(ShellText.quoted($0))" } ?? "" }.joined()
    }
}

/// The flag of every command that writes.
struct DryRunOptions: ParsableArguments {
    @Flag(name: .customLong("dry-run"), help: "Say what would be done, and do nothing.")
    var isDryRun = false

    init() {}
}

/// Where templates come from.
struct TemplateOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A folder whose templates replace the built-in ones, file by file.", valueName: "dir"))
    var templates: String?

    /// The folder of overrides, if any.
    func folder(in context: CommandContext) -> String? {
        templates ?? context.variable("KINDLING_TEMPLATES")
    }
}
