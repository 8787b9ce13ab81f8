//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Subprocess
import Support

/// A program of the machine, run without a shell.
struct Program: Sendable {
    let name: String
    /// Where it, and what it calls, is looked for.
    let searchPath: [String]

    /// The most that is taken of its output; the list of a Java key store has half a MiB.
    private static let outputLimit = 8 << 20

    /// Runs it, and gives what it wrote on standard output.
    ///
    /// - Parameters:
    ///   - arguments: of the program; they can be seen by every user of the machine.
    ///   - input: what it reads on standard input.
    /// - Returns: its standard output.
    /// - Throws: ``CommandError`` with the last line that it wrote, when it does not end well.
    func run(_ arguments: [String], input: String = "") async throws -> String {
        let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
        do {
            result = try await Subprocess.run(
                .name(name),
                arguments: Arguments(arguments),
                environment: .inherit.updating(["PATH": searchPath.joined(separator: ":"), "LC_ALL": "C"]),
                input: .string(input),
                output: .string(limit: Self.outputLimit),
                error: .string(limit: Self.outputLimit)
            )
        } catch {
            throw CommandError(.programFailed, "cannot run \(name): \(error)")
        }
        let output = result.standardOutput
        guard case .exited(0) = result.terminationStatus else {
            // keytool tells its errors on standard output.
            let lines = (output + "\n" + result.standardError).split(whereSeparator: \.isNewline)
            throw CommandError(
                .programFailed,
                "\(name) failed: \(CellText.visible(lines.last.map(String.init) ?? "it said nothing"))",
                remedy: "try it by hand: \(([name] + arguments).map(ShellText.quoted).joined(separator: " "))"
            )
        }
        return output
    }
}

extension ErrorCode {
    /// A program that a trust store needs has failed.
    static let programFailed = ErrorCode("trust.program-failed")
}
