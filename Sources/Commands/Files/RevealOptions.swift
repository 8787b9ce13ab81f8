//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser

/// `--reveal [--yes]`: whether a secret is shown.
struct RevealOptions: ParsableArguments {
    @Flag(help: "Show the secret itself.")
    var reveal = false

    @Flag(help: "Show it even where output is kept: in a pipe, a file, a log.")
    var yes = false

    /// Whether to show it; refuses where it would stay and nobody has said so.
    func check(in context: CommandContext) throws -> Bool {
        if reveal, !yes, !context.console.isTerminal(.output) {
            throw CommandError(
                .revealRefused,
                "standard output is no terminal, and what is shown there may be kept",
                remedy: "add --yes if that is wanted"
            )
        }
        return reveal
    }
}
