//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Logging
import PKI
import Support
import Synchronization

/// Renews what is due until it is ended.
///
/// Every look asks the clock anew and nothing is computed ahead, so that a clock that jumps is no more than another time
/// of day: ahead, certificates are renewed early; back, those whose life has not begun are issued again.
struct RenewalDaemon {
    let state: OpenState
    let hook: RenewalHook?
    let context: CommandContext
    /// Time between two looks.
    var interval = Duration.seconds(60)

    /// Looks again and again; what fails is told once until it changes, and tried again.
    func run() async throws {
        let logger = try ServerLog.logger(in: context)
        let notices = LookConsole(logger: logger)
        var pending: [String: [String]] = [:]
        var told: String?
        while !Task.isCancelled {
            do {
                notices.beginLook()
                try await look(&pending, notices, logger)
                if told != nil { logger.notice("renewals work again") }
                told = nil
            } catch {
                try Task.checkCancellation()
                let text = "\(error)"
                if text != told { logger.error("renewals failed; trying again", metadata: ["error": "\(text)"]) }
                told = text
            }
            try await Task.sleep(for: interval)
        }
    }

    /// One look. What the hook has not been told yet stays in `pending`.
    func look(_ pending: inout [String: [String]], _ console: any Console, _ logger: Logger) async throws {
        var context = context
        context.console = console
        let renewal = CertificateRenewal(
            lab: try state.paths.readLab(in: context),
            state: state,
            context: context,
            isSpread: true
        )
        let outcome = try await state.exclusively(in: context) { try await renewal.run() }
        for item in outcome.renewed { item.log(to: logger) }
        outcome.tellRefreshed(in: context)
        var failed: [String: CommandError] = [:]
        if let hook {
            // A folder that the hook could not be told of stays, whatever changes later.
            pending.merge(outcome.changes) { Set($0 + $1).sorted() }
            failed = try await hook.run(pending)
            pending = pending.filter { failed[$0.key] != nil }
        }
        try outcome.check(in: context)
        if let error = failed.min(by: { $0.key < $1.key })?.value { throw error }
    }
}

extension CertificateRenewal.Renewed {
    /// Tells of it in a log.
    func log(to logger: Logger) {
        logger.notice(
            "renewed a certificate",
            metadata: [
                "name": "\(certificate.name)", "reason": "\(reason.rawValue)",
                "expires": "\(Timestamp.text(certificate.notAfter))",
            ]
        )
    }
}

/// Brings what a look tells a person into the log: each line once, and again only after a look without it.
private final class LookConsole: Console {
    private let logger: Logger
    private let lines = Mutex<(last: Set<Substring>, now: Set<Substring>)>(([], []))

    init(logger: Logger) {
        self.logger = logger
    }

    /// From here on lines belong to the next look.
    func beginLook() { lines.withLock { $0 = ($0.now, []) } }

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
