//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Support

/// `--to PATH`: where one text or file goes; standard output by default. For what holds no secret.
struct DestinationOptions: ParsableArguments {
    @Option(name: .customLong("to"), help: ArgumentHelp("Write to this file instead.", valueName: "path"))
    var path: String?

    @OptionGroup var dryRun: DryRunOptions

    /// Prints or writes the text.
    func put(_ text: String, mode: UInt32 = 0o644, in context: CommandContext) throws {
        try put(Array(text.utf8), mode: mode, in: context)
    }

    /// Writes what is no text; refuses to print it at a terminal.
    func put(binary bytes: [UInt8], in context: CommandContext) throws {
        if path == nil, context.console.isTerminal(.output) {
            throw CommandError(
                .badArgument,
                "this form is no text, and standard output is a terminal",
                remedy: "name a file with --to FILE"
            )
        }
        try put(bytes, mode: 0o644, in: context)
    }

    private func put(_ bytes: [UInt8], mode: UInt32, in context: CommandContext) throws {
        guard let path else { return context.console.write(bytes, to: .output) }
        if dryRun.isDryRun { return context.say("would write \(path)") }
        try Files.write(bytes, to: path, mode: mode)
        context.note("wrote \(path)")
    }
}
