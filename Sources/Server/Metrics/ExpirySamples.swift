//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Synchronization

/// When certificates and revocation lists end, as metrics. Held in memory, so that whoever collects them costs no look into
/// the state.
package final class ExpirySamples: Sendable {
    /// Most series of one metric.
    private static let seriesLimit = 1_000
    /// The name under which leaves stand that are beyond the limit. No certificate has it: it is no word that a file could
    /// be called by.
    private static let others = "(others)"

    private let read: @Sendable () async throws -> [CertificateExpiry]
    private let held = Mutex<[CertificateExpiry]>([])

    /// Samples of what `read` gives; nothing is read before the first ``refresh()``.
    package init(read: @escaping @Sendable () async throws -> [CertificateExpiry]) {
        self.read = read
    }

    /// Reads again. What was there stays when that fails.
    func refresh() async throws {
        let list = try await read()
        held.withLock { $0 = list }
    }

    /// The end of each, and how many are due.
    func samples(at now: Date) -> [PrometheusRegistry.Sample] {
        let list = held.withLock { $0 }
        var samples = list.prefix(list.count > Self.seriesLimit ? Self.seriesLimit - 1 : list.count)
            .map { Self.sample($0.kind, $0.name, $0.ends) }
        // Names stay what they are when others are renewed; what is beyond has one series, with the earliest end.
        if let earliest = list.dropFirst(samples.count).map(\.ends).min() {
            samples.append(Self.sample(.leaf, Self.others, earliest))
        }
        for kind in CertificateExpiry.Kind.allCases {
            let due = list.count { $0.kind == kind && $0.due <= now }
            samples.append(.init("kindling_certificates_due", [("kind", kind.rawValue)], Double(due)))
        }
        return samples
    }

    private static func sample(
        _ kind: CertificateExpiry.Kind,
        _ name: String,
        _ ends: Date
    ) -> PrometheusRegistry.Sample {
        .init(
            "kindling_certificate_expiry_timestamp_seconds",
            [("name", name), ("kind", kind.rawValue)],
            ends.timeIntervalSince1970
        )
    }
}
