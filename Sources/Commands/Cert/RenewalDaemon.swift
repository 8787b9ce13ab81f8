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
        var pending: [String: [String]] = [:]
        var told: String?
        while !Task.isCancelled {
            do {
                try await look(&pending, logger)
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
    func look(_ pending: inout [String: [String]], _ logger: Logger) async throws {
        let renewal = CertificateRenewal(
            lab: try state.paths.readLab(in: quiet),
            state: state,
            context: context,
            isSpread: true
        )
        let (renewed, refreshed) = try await state.exclusively(in: context) { try await renewal.run() }
        for item in renewed { item.log(to: logger) }
        guard let hook else { return }
        for (name, folders) in RenewalView.changes(renewed, refreshed) { pending[name] = folders }
        for (name, folders) in pending.sorted(by: { $0.key < $1.key }) {
            try await hook.run(certificate: name, folders: folders)
            pending[name] = nil
        }
    }

    /// The same without a console: warnings about lab.yaml would come every minute.
    private var quiet: CommandContext {
        var context = context
        context.console = SilentConsole()
        return context
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

/// A console that shows nothing and gives nothing.
private struct SilentConsole: Console {
    func write(_ bytes: [UInt8], to stream: ConsoleStream) {}
    func finish() throws(FileError) {}
    func isTerminal(_ stream: ConsoleStream) -> Bool { false }
    func readInput(limit: Int) throws(FileError) -> [UInt8] { [] }
    func readHidden(prompt: String) throws(FileError) -> Secret<String>? { nil }
}
