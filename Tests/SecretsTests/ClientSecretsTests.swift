//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Secrets
import Support
import Testing

@testable import Lab

@Suite struct ClientSecretsTests {
    private let store = MemorySecretStore()
    private let random = SeededRandomSource(seed: 1)
    private let now = Date(timeIntervalSince1970: 1_800_000_000)
    private let clients = [
        client("wiki"), client("kubernetes", isPublic: true), client("argocd"), client("grafana"),
    ]

    private static func client(_ id: String, isPublic: Bool = false) -> Client {
        Client(
            id: id,
            name: id,
            urls: [],
            isPublic: isPublic,
            redirectURIs: [],
            postLogoutRedirectURIs: [],
            grants: [.authorizationCode],
            groups: [],
            consent: .skip,
            algorithm: .rs256,
            requiresPKCE: isPublic,
            roles: [],
            scopes: []
        )
    }

    private func ensure(_ clients: [Client]) async throws -> (all: [ClientSecret], made: [ClientSecret]) {
        try await ClientSecrets.ensure(clients, in: store, now: now, random: random)
    }

    @Test("every confidential client gets one secret, public ones none")
    func ensured() async throws {
        let secrets = try await ensure(clients)
        #expect(secrets.all.map(\.clientID) == ["wiki", "argocd", "grafana"])
        #expect(secrets.made.map(\.clientID) == ["wiki", "argocd", "grafana"])
        #expect(Set(secrets.all.map { $0.value.expose() }).count == 3)
        #expect(Set(secrets.all.map(\.id)).count == 3)
        for secret in secrets.all {
            #expect(secret.value.expose().utf8.count == 43)
            #expect(secret.phase == .current)
            #expect(secret.origin == .generated)
            #expect(secret.created == now)
        }
    }

    @Test("a second run changes nothing, a new client gets its own")
    func idempotent() async throws {
        let first = try await ensure(clients)
        let second = try await ensure(clients)
        #expect(second.made.isEmpty)
        #expect(second.all.map { $0.value.expose() } == first.all.map { $0.value.expose() })
        #expect(await store.writes == 3)
        let third = try await ensure(clients + [Self.client("zot")])
        #expect(third.made.map(\.clientID) == ["zot"])
        #expect(third.all.dropLast().map { $0.value.expose() } == first.all.map { $0.value.expose() })
    }

    @Test("a secret that was set is kept by later runs")
    func set() async throws {
        _ = try await ensure(clients)
        let value = Secret("given-by-a-person")
        func set() async throws -> Bool {
            try await ClientSecrets.set(value, for: "wiki", of: clients, in: store, now: now, random: random)
        }
        #expect(try await set())
        let writes = await store.writes
        #expect(try await !set())
        #expect(await store.writes == writes)
        let secrets = try await ensure(clients)
        #expect(secrets.made.isEmpty)
        #expect(secrets.all[0].value == value)
        #expect(secrets.all[0].origin == .imported)
        #expect(await store.clientSecrets().filter { $0.clientID == "wiki" }.count == 1)
    }

    @Test("a secret cannot be set for an unknown or a public client")
    func refused() async throws {
        for (id, code, remedy) in [
            ("wikki", ErrorCode.clientUnknown, "did you mean wiki?"),
            ("something-else", .clientUnknown, "kindling client list"), ("kubernetes", .clientPublic, nil),
        ] {
            let error = await #expect(throws: SecretsError.self) {
                try await ClientSecrets.set(Secret("x"), for: id, of: clients, in: store, now: now, random: random)
            }
            #expect(error?.code == code)
            #expect(error?.remedy == remedy)
        }
        #expect(await store.writes == 0)
    }

    @Test("a fingerprint tells generated values apart and says nothing about others")
    func fingerprints() async throws {
        let secret = try await ensure(clients).all[0]
        let fingerprint = try #require(secret.fingerprint)
        #expect(fingerprint.utf8.count == 6)
        #expect(Encoding.bytes(hex: fingerprint) != nil)
        var other = secret
        other.value = Secret("another")
        #expect(other.fingerprint == "82c188")
        other.origin = .imported
        #expect(other.fingerprint == nil)
    }
}
