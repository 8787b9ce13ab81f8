//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Logging
import OIDC
import Support

/// Takes note of what happens: in the audit log, in the metrics and in the log.
struct ProviderJournal: ProviderObserver {
    let store: any AuditLog
    let metrics: ProviderMetrics
    let bell: SessionBell
    let logger: Logger

    func observe(_ event: ProviderEvent, at now: Date) async {
        metrics.count(event)
        if event.mayEndSessions { bell.ring() }
        guard let entry = event.auditEntry(at: now) else { return }
        logger.log(
            level: event.isAlarming ? .warning : .notice,
            "\(entry.action)",
            metadata: [
                "actor": "\(entry.actor)", "object": "\(entry.object)", "detail": "\(entry.detail)",
            ].filter { $0.value != "" }
        )
        do {
            try await store.audit(append: entry)
        } catch {
            logger.error("cannot write the audit log", metadata: ["action": "\(entry.action)", "error": "\(error)"])
        }
    }
}

extension ProviderEvent {
    /// Whether relying parties may have to be told.
    fileprivate var mayEndSessions: Bool {
        switch self {
        // Somebody else may have been signed in in the same browser.
        case .signedIn, .signedOut, .sessionsRevoked, .passwordSet: true
        default: false
        }
    }

    /// Whether somebody may be up to no good.
    fileprivate var isAlarming: Bool {
        switch self {
        case .codeReplayed, .refreshTokenReused: true
        default: false
        }
    }
}
