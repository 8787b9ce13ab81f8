//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import IdentityProvider
import Lab
import Logging
import Metrics
import OIDC
import Support
import Testing

@testable import Server

@Suite("Metrics")
struct MetricsTests {
    @Test("counters, gauges and histograms are written in Prometheus's text format")
    func format() {
        let registry = PrometheusRegistry()
        for client in ["web", "web", "a \"quoted\\\" one\nhere"] {
            Counter(label: "kindling_tokens_issued_total", dimensions: [("client", client)], factory: registry)
                .increment()
        }
        Meter(label: "level", factory: registry).set(2.5)
        for seconds in [0.0005, 0.001, 0.3, 60] {
            Recorder(label: "time_seconds", dimensions: [("route", "/x")], aggregate: true, factory: registry)
                .record(seconds)
        }
        Metrics.Timer(label: "other_seconds", factory: registry).recordNanoseconds(2_000_000)
        let text = registry.text(with: [.init("kindling_sessions", [], 3), .init("up", [("a", "b")], 0.5)])
        let lines = text.split(separator: "\n").map(String.init)
        for line in [
            "# HELP kindling_sessions Sessions of browsers that have not expired.",
            "# TYPE kindling_sessions gauge", "kindling_sessions 3", "up{a=\"b\"} 0.5", "level 2.5",
            "# TYPE kindling_tokens_issued_total counter", "kindling_tokens_issued_total{client=\"web\"} 2",
            #"kindling_tokens_issued_total{client="a \"quoted\\\" one\nhere"} 1"#,
            "# TYPE time_seconds histogram", #"time_seconds_bucket{route="/x",le="0.001"} 2"#,
            #"time_seconds_bucket{route="/x",le="0.25"} 2"#, #"time_seconds_bucket{route="/x",le="0.5"} 3"#,
            #"time_seconds_bucket{route="/x",le="5.0"} 3"#, #"time_seconds_bucket{route="/x",le="+Inf"} 4"#,
            #"time_seconds_count{route="/x"} 4"#, #"other_seconds_bucket{le="0.0025"} 1"#,
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        #expect(text.contains(#"time_seconds_sum{route="/x"} 60.3015"#))
        #expect(lines.filter { $0.hasPrefix("# TYPE") } == lines.filter { $0.hasPrefix("# TYPE") }.sorted())
    }

    @Test("series do not grow without end")
    func bounded() {
        let registry = PrometheusRegistry()
        for number in 0..<5_000 {
            Counter(label: "c", dimensions: [("n", "\(number)")], factory: registry).increment()
        }
        #expect(registry.text(with: []).split(separator: "\n").count == 2_001)
    }

    @Test("the listener has metrics, health and nothing else")
    func listener() async throws {
        let rig = try await ServerRig()
        let registry = PrometheusRegistry()
        let server = try await rig.server(on: .init(host: "127.0.0.1", port: 0), registry: registry)
        let listener = MetricsListener(
            endpoint: .init(host: "127.0.0.1", port: 0),
            registry: registry,
            expiries: ExpirySamples { [] },
            version: "1.2.3"
        )
        let router = listener.router(
            server.provider,
            certificateExpires: { Date().addingTimeInterval(86_400) },
            clock: SystemWallClock(),
            logger: Logger(label: "test")
        )
        try await Application(router: try server.provider.router()).test(.router) { client in
            _ = try await client.execute(uri: "/.well-known/openid-configuration", method: .get)
            _ = try await client.execute(
                uri: "/token",
                method: .post,
                headers: [.contentType: "application/x-www-form-urlencoded"]
            )
            let absent = try await client.execute(uri: "/metrics", method: .get)
            #expect(absent.status == .notFound)
        }
        try await Application(router: router).test(.router) { client in
            let answer = try await client.execute(uri: "/metrics", method: .get)
            #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            let text = String(buffer: answer.body)
            for line in [
                "kindling_build_info{version=\"1.2.3\"} 1",
                "kindling_http_requests_total{route=\"/.well-known/openid-configuration\",method=\"GET\",code=\"200\"} 1",
                "kindling_signing_keys{algorithm=\"RS256\",state=\"current\"} 1", "kindling_sessions 0",
                "kindling_grants 0", "kindling_password_checks_waiting 0",
                "kindling_token_errors_total{grant=\"other\",error=\"invalid_request\"} 1",
            ] {
                #expect(text.contains(line + "\n"), "\(line)")
            }
            for name in [
                "process_resident_memory_bytes", "process_cpu_seconds_total", "process_start_time_seconds",
                "process_open_fds", "kindling_certificate_expiry_seconds", "kindling_signing_key_age_seconds",
            ] {
                #expect(text.contains("\n\(name)"), "\(name)")
            }
            for path in ["/healthz", "/readyz"] {
                let health = try await client.execute(uri: path, method: .get)
                #expect(health.status == .ok && String(buffer: health.body) == "ok\n")
            }
            for path in ["/", "/token", "/keys", "/account"] {
                let other = try await client.execute(uri: path, method: .get)
                #expect(other.status == .notFound, "\(path)")
            }
        }
    }
}
