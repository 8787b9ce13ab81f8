//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import IdentityProvider
import Lab
import Logging
import OIDC
import PKI
import Server
import Storage
import Support
import TestSupport
import Testing

@Suite("The identity server on a socket")
struct IdentityServerTests {
    @Test(
        "shows a certificate that another process issued, without a restart",
        .enabled(if: Tool.isInstalled("openssl"))
    )
    func reload() async throws {
        let rig = try await ServerRig()
        try await rig.whileServing { endpoint in
            #expect(serial(at: endpoint) == rig.certificate.serial.uppercased())
            // Another connection to the same state, as another process would have it.
            let other = try Database.open(rig.location)
            let service = CertificateService(authorities: rig.authorities, store: other, random: SystemRandomSource())
            let newest = try await service.renew(.issuer(of: rig.lab), standing: nil, now: Date())
            var shown = ""
            for _ in 0..<100 where shown != newest.serial.uppercased() {
                try await Task.sleep(for: .milliseconds(100))
                shown = serial(at: endpoint)
            }
            #expect(shown == newest.serial.uppercased())
        }
    }

    @Test(
        "speaks TLS 1.2 and later only",
        .enabled(if: Tool.isInstalled("openssl")),
        arguments: [
            ("-tls1_1", false), ("-tls1_2", true), ("-tls1_3", true),
        ]
    )
    func versions(_ version: (flag: String, isSpoken: Bool)) async throws {
        let rig = try await ServerRig()
        try await rig.whileServing { endpoint in
            let result = Tool.shell("openssl s_client -connect \(endpoint) \(version.flag) -cipher ALL:@SECLEVEL=0")
            #expect(result.output.contains("Local Test Issuing CA") == version.isSpoken, "\(result.output)")
        }
    }

    @Test("a port in use is told with the remedy")
    func portInUse() async throws {
        let rig = try await ServerRig()
        try await rig.whileServing { endpoint in
            let second = try await rig.server(on: endpoint)
            do {
                try await second.run { _ in Issue.record("it listens on a port in use") }
                Issue.record("no error")
            } catch let error as ServerError {
                #expect(error.code.name == "server.port-in-use")
                #expect(error.remedy?.contains("ss -ltnp") == true)
            }
        }
    }

    private func serial(at endpoint: Endpoint) -> String {
        let line = Tool.shell(
            "openssl s_client -connect \(endpoint) -servername localhost | openssl x509 -noout -serial"
        ).output
        let words = line.split(separator: "\n").filter { $0.hasPrefix("serial=") }
        return String(words.first?.dropFirst("serial=".count) ?? "")
    }
}

/// A lab with state and certificates in a temporary folder, ready to be served.
struct ServerRig {
    let folder: TemporaryFolder
    let location: StateLocation
    let lab: Lab
    let database: Database
    let authorities: AuthoritySet
    let certificate: StoredCertificate

    init() async throws {
        folder = try TemporaryFolder()
        lab = try LabDecoder.decode(
            text: """
                lab: test
                domain: localhost
                authority: {commonName: Local Test Root CA}
                identity: {issuer: "https://localhost:5556", administrators: [admins]}
                users:
                  - {email: ada@example.com, username: ada, name: Ada, groups: [admins]}
                """,
            file: "lab.yaml"
        )
        location = StateLocation(
            folder: "\(folder.path)/state",
            outputs: "\(folder.path)/out",
            keyFile: "\(folder.path)/master.key",
            configuration: folder.path
        )
        database = try Database.openOrMake(location, now: Date())
        let random = SystemRandomSource()
        authorities = try await AuthoritySet.createIfAbsent(for: lab, in: database, now: Date(), random: random)
        let service = CertificateService(authorities: authorities, store: database, random: random)
        certificate = try await service.ensure(.issuer(of: lab), now: Date())
    }

    /// A server of this lab.
    func server(
        on endpoint: Endpoint,
        registry: PrometheusRegistry = PrometheusRegistry()
    ) async throws -> IdentityServer {
        let (database, lab, authorities) = (database, lab, authorities)
        let keys = KeyRing(
            store: database,
            algorithms: [.rs256],
            schedule: KeySchedule(rotation: .days(30), longestToken: .hours(1))
        )
        try await keys.load(at: Date())
        let directory = try await UserDirectory.load(lab.users, store: database, random: SystemRandomSource())
        let settings = ProviderSettings(
            issuer: lab.identity.issuer,
            lifetimes: lab.identity.lifetimes,
            roster: Roster(clients: lab.clients, directory: directory),
            store: database,
            credentials: database,
            keys: keys,
            random: SystemRandomSource()
        )
        let service = CertificateService(authorities: authorities, store: database, random: SystemRandomSource())
        let served = try ServedCertificate(certificate)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return IdentityServer(
            provider: try IdentityProviderApp(
                lab: lab,
                settings: settings,
                metrics: registry,
                logger: logger
            ),
            endpoint: endpoint,
            certificate: served,
            verifier: try CurrentVerifier(roots: authorities.trust.certificates),
            clock: SystemWallClock(),
            metrics: nil,
            changeCounter: { try await database.changeCounter() },
            refresh: { try served.replace(by: try await service.ensure(.issuer(of: lab), now: Date())) },
            reload: nil,
            logger: logger
        )
    }

    /// Runs `body` while the lab is served on a free port of loopback.
    func whileServing(
        limits: ConnectionLimits = ConnectionLimits(),
        _ body: @escaping @Sendable (Endpoint) async throws -> Void
    ) async throws {
        var server = try await server(on: Endpoint(host: "127.0.0.1", port: 0))
        server.limits = limits
        let bounded = server
        let (endpoints, continuation) = AsyncStream.makeStream(of: Endpoint.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                try await bounded.run { continuation.yield($0) }
            }
            for await endpoint in endpoints {
                try await body(endpoint)
                break
            }
            group.cancelAll()
            do { try await group.waitForAll() } catch is CancellationError {}
        }
    }
}
