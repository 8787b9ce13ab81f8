//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Subprocess
import Support
import SystemPackage

/// A program that is run after a certificate has changed, for example to reload a server. No shell is involved.
struct RenewalHook: Sendable {
    /// The program and its arguments.
    let words: [String]

    /// How long it may take.
    static let timeout = Duration.seconds(300)

    /// The hook of a command line; `nil` without words. Refuses what was meant for a shell.
    init?(_ words: [String]) throws {
        guard let program = words.first else { return nil }
        guard words.count > 1 || !program.contains(" ") || Files.exists(program) else {
            throw CommandError(
                .badArgument,
                "there is no program \(program.debugDescription)",
                remedy: "write its words one by one, last on the line: --exec \(program)"
            )
        }
        self.words = words
    }

    /// Runs it for each certificate that has changed, by name, also after it has failed for one.
    ///
    /// Gives the failures by the certificate's name. Throws when it is cancelled.
    func run(_ changes: [String: [String]]) async throws -> [String: CommandError] {
        var failures: [String: CommandError] = [:]
        for (name, folders) in changes.sorted(by: { $0.key < $1.key }) {
            do {
                try await run(certificate: name, folders: folders)
            } catch let error as CommandError {
                failures[name] = error
            }
        }
        return failures
    }

    /// Runs it; its output goes to standard error. `KINDLING_CERTIFICATE` and `KINDLING_FOLDERS`, a folder a line, tell it
    /// what has changed.
    ///
    /// Throws ``CommandError`` when it cannot be run, fails or takes too long.
    func run(certificate name: String, folders: [String]) async throws {
        let environment = Environment.inherit.updating([
            "KINDLING_CERTIFICATE": name, "KINDLING_FOLDERS": folders.joined(separator: "\n"),
        ])
        let status = try await withThrowingTaskGroup(of: TerminationStatus?.self) { group in
            group.addTask { try await execute(environment) }
            group.addTask {
                try await Task.sleep(for: Self.timeout)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        switch status {
        case .exited(0): return
        case .exited(let code): throw failure("ended with exit code \(code)")
        case .signaled(let signal): throw failure("was ended by signal \(signal)")
        case nil: throw failure("was not done after \(Self.timeout.labText)")
        }
    }

    private func execute(_ environment: Environment) async throws -> TerminationStatus {
        do {
            return try await Subprocess.run(
                words[0].contains("/") ? .path(FilePath(words[0])) : .name(words[0]),
                arguments: Arguments(Array(words.dropFirst())),
                environment: environment,
                input: .none,
                output: .currentStandardError,
                error: .currentStandardError
            ).terminationStatus
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw failure("cannot be run: \(error)")
        }
    }

    private func failure(_ reason: String) -> CommandError {
        CommandError(
            .hookFailed,
            "the program \(words[0]) \(reason)",
            remedy: "the certificates are renewed all the same; run it by hand, then see what it says"
        )
    }
}

extension ErrorCode {
    /// The program of `--exec` failed.
    static let hookFailed = ErrorCode("command.hook-failed")
}
