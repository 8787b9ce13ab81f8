//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
package import Metrics
import OIDC
import Synchronization

/// What is counted, for whatever collects metrics. Names follow Prometheus: a unit at the end, `_total` for counters.
package struct ProviderMetrics: Sendable {
    private let factory: any MetricsFactory
    private let requests = RequestSeries()

    package init(_ factory: any MetricsFactory) {
        self.factory = factory
        // Series that begin at 0 show their first event as an increase.
        for result in ["success", "refused", "throttled", "busy"] {
            _ = Counter(label: Self.logins, dimensions: [("result", result)], factory: factory)
        }
        for result in ProviderEvent.LogoutDelivery.allCases {
            _ = Counter(label: Self.notices, dimensions: [("result", result.rawValue)], factory: factory)
        }
    }

    /// Begins the series of clients whose first event matters.
    func expect(clients: [String]) {
        for client in clients {
            for label in [Self.replays, Self.reuses] {
                _ = Counter(label: label, dimensions: [("client", client)], factory: factory)
            }
        }
    }

    private static let replays = "kindling_code_replays_total"
    private static let reuses = "kindling_refresh_reuse_total"
    private static let logins = "kindling_logins_total"
    private static let notices = "kindling_logout_notices_total"

    /// Counts an event.
    func count(_ event: ProviderEvent) {
        switch event {
        case .signedIn: increment(Self.logins, ("result", "success"))
        case .signInRefused: increment(Self.logins, ("result", "refused"))
        case .signInThrottled: increment(Self.logins, ("result", "throttled"))
        case .signInTooBusy: increment(Self.logins, ("result", "busy"))
        case .tokensIssued(let grant, let client):
            increment("kindling_tokens_issued_total", ("grant", grant.rawValue), ("client", client))
        case .tokensRefused(let grant, let code):
            increment("kindling_token_errors_total", ("grant", grant?.rawValue ?? "other"), ("error", code.rawValue))
        case .codeReplayed(let client, _): increment(Self.replays, ("client", client))
        case .refreshTokenReused(let client, _): increment(Self.reuses, ("client", client))
        case .logoutNotice(let result, _): increment(Self.notices, ("result", result.rawValue))
        default: break
        }
    }

    /// Counts a request and how long it took, by the pattern of its route, never by its address.
    func count(route: String, method: String, status: Int, seconds: Double) {
        let (counter, recorder) = requests.series(RequestSeries.Key(route: route, method: method, status: status)) {
            (
                Counter(
                    label: "kindling_http_requests_total",
                    dimensions: [("route", route), ("method", method), ("code", String(status))],
                    factory: factory
                ),
                Recorder(
                    label: "kindling_http_request_duration_seconds",
                    dimensions: [("route", route)],
                    aggregate: true,
                    factory: factory
                )
            )
        }
        counter.increment()
        recorder.record(seconds)
    }

    private func increment(_ label: String, _ dimensions: (String, String)...) {
        Counter(label: label, dimensions: dimensions, factory: factory).increment()
    }
}

/// The series of requests, found by a look-up instead of by writing out their labels each time.
private final class RequestSeries: Sendable {
    struct Key: Hashable {
        var route: String
        var method: String
        var status: Int
    }

    private let known = Mutex<[Key: (Counter, Recorder)]>([:])

    func series(_ key: Key, make: () -> (Counter, Recorder)) -> (Counter, Recorder) {
        known.withLock { known in
            if let present = known[key] { return present }
            let made = make()
            known[key] = made
            return made
        }
    }
}
