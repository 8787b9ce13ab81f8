//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Logging
import Support

/// The server's log: a line an event, `TIME LEVEL MESSAGE key=value…`, or a JSON object a line.
///
/// What the HTTP library tells of its own coming up is left out, since the server says where it listens. Values come
/// from outside in part: characters that would begin a new line or steer a terminal are shown by their numbers.
struct ServerLog: LogHandler {
    /// Takes a line with its end.
    let write: @Sendable (String) -> Void
    let clock: any WallClock
    var format = Format.text
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    /// How lines are written.
    enum Format: String, Sendable, CaseIterable {
        case text, json
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        if event.level <= .info, Self.quiet.contains(event.source) { return }
        let values = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues(\.description)
        let (level, message) = ("\(event.level)", event.message.description)
        switch format {
        case .text: write(Self.line(level, message, values, at: clock.now))
        case .json: write(Self.object(level, message, values, at: clock.now))
        }
    }

    /// A line with its end.
    static func line(_ level: String, _ message: String, _ values: [String: String], at time: Date) -> String {
        var line = "\(Timestamp.text(time)) \(level) \(CellText.visible(message))"
        for (key, value) in values.sorted(by: { rank($0.key) < rank($1.key) }) {
            line += " \(key == requestID ? "id" : key)=\(text(value))"
        }
        return line + "\n"
    }

    /// The same as a JSON object on a line: `time`, `level`, `message`, then the values by name.
    static func object(_ level: String, _ message: String, _ values: [String: String], at time: Date) -> String {
        let fixed = [("time", Timestamp.text(time)), ("level", level), ("message", message)]
        let others = values.sorted { rank($0.key) < rank($1.key) }
            .map { key, value in (key == requestID ? "id" : key, value) }
            .filter { key, _ in !["time", "level", "message"].contains(key) }
        return JSON.object((fixed + others).map { ($0.0, .string($0.1)) }).line + "\n"
    }

    private static func text(_ value: String) -> String {
        let shown = CellText.visible(value)
        return shown.contains(" ") || shown.contains("\"") || shown.isEmpty ? JSON.string(shown).text() : shown
    }

    /// The order of an access log, then the others by name, and the number of the request last.
    private static func rank(_ key: String) -> String {
        if let index = ["method", "route", "status", "ms"].firstIndex(of: key) { return "0\(index)" }
        return key == requestID ? "2" : "1\(key)"
    }

    private static let quiet: Set = ["HummingbirdCore", "Hummingbird", "ServiceLifecycle"]
    private static let requestID = "hb.request.id"
}

extension ServerLog {
    /// The log of a program that runs all the time, on standard error, as `KINDLING_LOG_LEVEL` and `KINDLING_LOG_FORMAT`
    /// want it. Throws ``CommandError`` for a value that is none.
    static func logger(in context: CommandContext) throws -> Logger {
        let name = context.variable("KINDLING_LOG_LEVEL") ?? "info"
        guard let level = Logger.Level(rawValue: name) else {
            throw CommandError(
                .badArgument,
                "KINDLING_LOG_LEVEL is \(name), which is no level",
                remedy: "set it to debug, info, notice, warning or error: export KINDLING_LOG_LEVEL=info"
            )
        }
        let formatName = context.variable("KINDLING_LOG_FORMAT") ?? Format.text.rawValue
        guard let format = Format(rawValue: formatName) else {
            throw CommandError(
                .badArgument,
                "KINDLING_LOG_FORMAT is \(formatName), which is no form of a log",
                remedy: "set it to text or json: export KINDLING_LOG_FORMAT=json"
            )
        }
        let (console, clock) = (context.console, context.clock)
        var logger = Logger(label: "kindling") { _ in
            ServerLog(write: { console.write($0, to: .error) }, clock: clock, format: format)
        }
        logger.logLevel = level
        return logger
    }
}
