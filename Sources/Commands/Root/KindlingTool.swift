//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Glibc
import Support

/// The tool as a whole: parses, runs, reports, and gives the exit code.
package enum KindlingTool {
    /// Runs one command line.
    ///
    /// Errors go to standard error as `kindling: error: …` and `kindling: hint: …`; help asked for goes to standard
    /// output. The result is one of the codes of ``ExitStatus``.
    package static func run(arguments: [String], in context: CommandContext) async -> Int32 {
        do {
            var command = try Kindling.parseAsRoot(arguments)
            if let command = command as? any KindlingCommand {
                try await command.run(in: context)
            } else {
                try command.run()
            }
            try context.console.finish()
            return ExitStatus.done.rawValue
        } catch {
            return report(error, of: arguments, in: context)
        }
    }

    /// A message of the parser, `Error: …` and `Usage: …`, in the form of all others.
    private static func usageError(_ message: String) -> String {
        guard message.hasPrefix("Error: ") else { return "kindling: error: \(message)" }
        let text = message.dropFirst("Error: ".count)
        return "kindling: error: \(text.prefix(1).lowercased())\(text.dropFirst())"
    }

    private static func report(_ error: any Error, of arguments: [String], in context: CommandContext) -> Int32 {
        if let error = error as? any KindlingError {
            ErrorReport(error, arguments: arguments).print(in: context)
            return error.code.exit.rawValue
        }
        if error is CancellationError { return ExitStatus.failed.rawValue }
        let code = Kindling.exitCode(for: error).rawValue
        if error is ExitCode { return code }
        let message = Kindling.fullMessage(for: error)
        if code == 0 {
            context.say(message)
        } else {
            context.note(usageError(message))
        }
        return code
    }
}

/// A command that is run with what the outside world is to it.
protocol KindlingCommand: ParsableCommand {
    /// Does the work.
    func run(in context: CommandContext) async throws
}

extension CommandContext {
    /// The context of this process.
    package static func system() -> CommandContext {
        var environment: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { environment[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        // A reader that goes away must not kill the process half-way through a write.
        signal(SIGPIPE, SIG_IGN)
        return CommandContext(
            clock: SystemWallClock(),
            random: SystemRandomSource(),
            environment: environment,
            console: SystemConsole()
        )
    }
}
