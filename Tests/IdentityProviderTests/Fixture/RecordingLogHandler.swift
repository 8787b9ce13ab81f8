//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Logging
import Synchronization

/// Keeps every log line as text; copies share their lines.
struct RecordingLogHandler: LogHandler {
    private let lines = Lines()
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    private final class Lines: Sendable {
        let values = Mutex<[String]>([])
    }

    /// All lines.
    var text: String { lines.values.withLock { $0.joined(separator: "\n") } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let metadata = metadata.merging(event.metadata ?? [:]) { $1 }
        lines.values.withLock { $0.append("\(event.level) \(event.message) \(metadata)") }
    }
}
