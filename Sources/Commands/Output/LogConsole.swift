//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Logging
import Support
import Synchronization

/// The console of work that is done again and again without anybody there: what it tells goes to the log, each line once,
/// and again only after a round without it.
final class LogConsole: Console {
    private let logger: Logger
    private let lines = Mutex<(last: Set<Substring>, now: Set<Substring>)>(([], []))

    init(logger: Logger) {
        self.logger = logger
    }

    /// From here on lines belong to the next round.
    func beginRound() { lines.withLock { $0 = ($0.now, []) } }

    func write(_ bytes: [UInt8], to stream: ConsoleStream) {
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            guard lines.withLock({ $0.now.insert(line).inserted && !$0.last.contains(line) }) else { continue }
            let isWarning = line.hasPrefix(CommandContext.warningPrefix)
            let text = isWarning ? line.dropFirst(CommandContext.warningPrefix.count) : line
            logger.log(level: isWarning ? .warning : .notice, "\(text)")
        }
    }

    func finish() throws(FileError) {}
    func isTerminal(_ stream: ConsoleStream) -> Bool { false }
    func readInput(limit: Int) throws(FileError) -> [UInt8] { [] }
    func readHidden(prompt: String) throws(FileError) -> Secret<String>? { nil }
}
