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
import Synchronization

/// Takes note of what happens: in the audit log, in the metrics and in the log, there with the number of the request.
struct ProviderJournal: ProviderObserver {
    let store: any AuditLog
    let metrics: ProviderMetrics
    let bell: SessionBell
    /// For what happens outside of a request.
    let logger: Logger
    private let repeats = Repeats()

    init(store: any AuditLog, metrics: ProviderMetrics, bell: SessionBell, logger: Logger) {
        self.store = store
        self.metrics = metrics
        self.bell = bell
        self.logger = logger
    }

    func observe(_ event: ProviderEvent, at now: Date) async {
        metrics.count(event)
        if event.mayEndSessions { bell.ring() }
        guard let entry = event.auditEntry(at: now) else { return }
        // Nobody who is turned away may fill the audit log, which forgets nothing.
        let key = "\(entry.action) \(entry.actor) \(entry.object)"
        if event.isCheapToRepeat, repeats.isRecent(key, whenFull: !event.isAlarming, at: now) { return }
        let logger = CurrentRequest.logger ?? logger
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

/// The request that is being answered.
enum CurrentRequest {
    /// Its log, which knows its number.
    @TaskLocal static var logger: Logger?
}

/// What was noted within the last minute, as far as its memory goes.
final class Repeats: Sendable {
    private static let pause = 60.0
    static let limit = 4_096

    private let noted = Mutex<[String: Date]>([:])

    /// Whether this was noted within the last minute; it counts as noted from now on. `whenFull` is the answer when there is
    /// no place left: who comes from many addresses must not hide an alarm.
    func isRecent(_ key: String, whenFull: Bool, at now: Date) -> Bool {
        noted.withLock { noted in
            if let last = noted[key], (0..<Self.pause).contains(now.timeIntervalSince(last)) { return true }
            if noted.count >= Self.limit {
                noted = noted.filter { (0..<Self.pause).contains(now.timeIntervalSince($0.value)) }
                if noted.count >= Self.limit { return whenFull }
            }
            noted[key] = now
            return false
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

    /// Whether it costs the one who causes it next to nothing to cause it again.
    fileprivate var isCheapToRepeat: Bool {
        switch self {
        case .signInThrottled, .codeReplayed, .refreshTokenReused: true
        default: false
        }
    }
}
