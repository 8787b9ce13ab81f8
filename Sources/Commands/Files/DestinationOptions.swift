//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Support

/// `--to PATH`: where one text goes; standard output by default. For what holds no secret.
struct DestinationOptions: ParsableArguments {
    @Option(name: .customLong("to"), help: ArgumentHelp("Write to this file instead.", valueName: "path"))
    var path: String?

    @OptionGroup var dryRun: DryRunOptions

    /// Prints or writes the text.
    func put(_ text: String, mode: UInt32 = 0o644, in context: CommandContext) throws {
        guard let path else { return context.console.write(text, to: .output) }
        if dryRun.isDryRun { return context.say("would write \(path)") }
        try Files.write(Array(text.utf8), to: path, mode: mode)
        context.note("wrote \(path)")
    }
}
