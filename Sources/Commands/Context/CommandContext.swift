//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// What the outside world is to a command: made once in `main`, or by a test.
package struct CommandContext: Sendable {
    /// The time of day.
    package var clock: any WallClock
    /// Randomness for keys, secrets and identifiers.
    package var random: any RandomSource
    /// Environment variables.
    package var environment: [String: String]
    /// Standard streams.
    package var console: any Console

    package init(
        clock: any WallClock,
        random: any RandomSource,
        environment: [String: String],
        console: any Console
    ) {
        self.clock = clock
        self.random = random
        self.environment = environment
        self.console = console
    }

    /// A variable that is set and not empty.
    func variable(_ name: String) -> String? {
        guard let value = environment[name], !value.isEmpty else { return nil }
        return value
    }

    /// A line on standard output.
    func say(_ line: String = "") {
        console.write(line + "\n", to: .output)
    }

    /// A line on standard error: progress and notices, so that standard output stays parseable.
    func note(_ line: String) {
        console.write(line + "\n", to: .error)
    }

    /// What long work is at, on a terminal alone.
    func progress(_ line: String) {
        if console.isTerminal(.error) { note(line) }
    }

    /// What a warning begins with.
    static let warningPrefix = "kindling: warning: "

    /// A warning on standard error.
    func warn(_ text: String) {
        note(Self.warningPrefix + text)
    }
}

/// The standard streams of a process.
package protocol Console: Sendable {
    /// Writes bytes to a stream.
    func write(_ bytes: [UInt8], to stream: ConsoleStream)
    /// Tells, at the end, whether all of standard output could be written.
    func finish() throws(FileError)
    /// Whether a stream is a terminal.
    func isTerminal(_ stream: ConsoleStream) -> Bool
    /// All of standard input; more than `limit` bytes are an error.
    func readInput(limit: Int) throws(FileError) -> [UInt8]
    /// A line typed at the terminal without being shown; `nil` at the end of input.
    func readHidden(prompt: String) throws(FileError) -> Secret<String>?
}

extension Console {
    /// Writes text to a stream.
    func write(_ text: String, to stream: ConsoleStream) { write(Array(text.utf8), to: stream) }
}

/// One of the standard streams.
package enum ConsoleStream: Sendable {
    case input, output, error
}
