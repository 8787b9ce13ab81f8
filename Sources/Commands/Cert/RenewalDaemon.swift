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
        let notices = LogConsole(logger: logger)
        var pending: [String: [String]] = [:]
        var told: String?
        while !Task.isCancelled {
            do {
                notices.beginRound()
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
