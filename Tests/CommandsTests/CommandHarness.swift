//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Commands
import FoundationEssentials
import Support
import Synchronization
import TestSupport

/// A console that remembers what was written and types what it is told to.
final class RecordedConsole: Console {
    private let streams = Mutex<[ConsoleStream: [UInt8]]>([:])
    private let input: [UInt8]
    private let terminals: Set<ConsoleStream>

    init(input: String = "", terminals: Set<ConsoleStream> = []) {
        self.input = Array(input.utf8)
        self.terminals = terminals
    }

    func write(_ bytes: [UInt8], to stream: ConsoleStream) {
        streams.withLock { $0[stream, default: []] += bytes }
    }

    func finish() throws(FileError) {}

    func isTerminal(_ stream: ConsoleStream) -> Bool { terminals.contains(stream) }

    func readInput(limit: Int) throws(FileError) -> [UInt8] { input }

    func readHidden(prompt: String) throws(FileError) -> Secret<String>? {
        Secret(String(decoding: input, as: UTF8.self))
    }

    /// What was written to a stream.
    func bytes(_ stream: ConsoleStream) -> [UInt8] { streams.withLock { $0[stream] ?? [] } }

    /// What was written to a stream, as text.
    func text(_ stream: ConsoleStream) -> String { String(decoding: bytes(stream), as: UTF8.self) }
}

/// A lab in a temporary folder, and the tool run on it in this process.
struct CommandHarness {
    let folder: TemporaryFolder

    /// What a command line gave.
    struct Outcome {
        var status: Int32
        /// Standard output.
        var bytes: [UInt8]
        var errors: String

        var output: String { String(decoding: bytes, as: UTF8.self) }
    }

    /// A folder with this lab.yaml, or none.
    init(lab: String? = nil) throws {
        folder = try TemporaryFolder()
        if let lab { try folder.write(lab, to: "lab/lab.yaml") }
    }

    /// Runs the tool with `--lab`, a key file of its own and a fixed clock.
    func run(
        _ arguments: [String],
        input: String = "",
        terminals: Set<ConsoleStream> = [],
        environment: [String: String] = [:],
        now: Date = Date(timeIntervalSince1970: 1_800_000_000)
    ) async -> Outcome {
        let console = RecordedConsole(input: input, terminals: terminals)
        var variables = [
            "KINDLING_LAB": "\(folder.path)/lab/lab.yaml",
            "KINDLING_KEY_FILE": "\(folder.path)/keys/master.key",
            "HOME": folder.path,
            "PATH": "/usr/bin:/bin",
        ]
        variables.merge(environment) { $1 }
        let context = CommandContext(
            clock: FixedClock(now),
            random: SystemRandomSource(),
            environment: variables,
            console: console
        )
        let status = await KindlingTool.run(arguments: arguments, in: context)
        return Outcome(status: status, bytes: console.bytes(.output), errors: console.text(.error))
    }
}

/// A small lab on loopback.
let loopbackLab = """
    lab: test
    domain: localhost
    authority:
      commonName: Test Root CA
      permitted: [localhost, 127.0.0.0/8]
    identity:
      issuer: https://localhost:5556
      administrators: [admins]
    users:
      - {email: ada@example.com, username: ada, name: Ada, groups: [admins]}
      - {email: bob@example.com, username: bob, name: Bob, groups: [staff]}
    clients:
      - id: web
        name: Web
        redirectURIs: [https://localhost:9444/callback]
      - id: cli
        name: Command line
        public: true
        redirectURIs: ["http://127.0.0.1/cb"]
    certificates:
      - {name: web, hosts: [localhost, 127.0.0.1], profile: server}
    """

extension CommandContext {
    /// A context for parts that are tested below the command line.
    static func test(_ console: RecordedConsole) -> CommandContext {
        CommandContext(
            clock: FixedClock(Date(timeIntervalSince1970: 1_800_000_000)),
            random: SeededRandomSource(seed: 1),
            environment: [:],
            console: console
        )
    }
}
