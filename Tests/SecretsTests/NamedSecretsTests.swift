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

@Suite struct NamedSecretsTests {
    private let store = MemorySecretStore()
    private let random = SeededRandomSource(seed: 1)
    private let now = Date(timeIntervalSince1970: 1_800_000_000)
    private let specs = [
        SecretSpec(name: "k3s-server-token", length: 64, alphabet: .hex),
        SecretSpec(name: "backup-password", length: 32, alphabet: .base64url),
    ]

    @Test("each secret is made once, in its form, and kept when its form changes")
    func ensured() async throws {
        let first = try await NamedSecrets.ensure(specs, in: store, now: now, random: random)
        #expect(first.all.map(\.name) == ["k3s-server-token", "backup-password"])
        #expect(first.made.count == 2)
        #expect(first.all.map { $0.value.expose().count } == [64, 32])
        #expect(first.all[0].fingerprint?.count == 6)
        var changed = specs
        changed[0].length = 20
        let second = try await NamedSecrets.ensure(changed, in: store, now: now, random: random)
        #expect(second.made.isEmpty)
        #expect(second.all.map { $0.value.expose() } == first.all.map { $0.value.expose() })
        #expect(await store.writes == 2)
    }

    @Test("setting a secret changes it once, and shows no fingerprint")
    func set() async throws {
        #expect(try await NamedSecrets.set(Secret("v"), named: "forgejo", in: store, now: now))
        #expect(try await !NamedSecrets.set(Secret("v"), named: "forgejo", in: store, now: now))
        let secret = try await NamedSecrets.require("forgejo", in: store)
        #expect(secret.origin == .imported)
        #expect(secret.fingerprint == nil)
        #expect(try await NamedSecrets.set(Secret("w"), named: "forgejo", in: store, now: now))
    }

    @Test("a missing secret names the command that sets it")
    func missing() async throws {
        let error = await #expect(throws: SecretsError.self) {
            try await NamedSecrets.require("forgejo-client-secret", in: store)
        }
        #expect(error?.code == .secretMissing)
        #expect(error?.remedy == "kindling secret set forgejo-client-secret < FILE")
    }

    @Test("what is random by nature is made once for each input")
    func derived() async throws {
        var made = 0
        for (input, expected) in [("a", "1"), ("a", "1"), ("b", "2"), ("b", "2"), ("a", "3")] {
            let value = try await store.derive("argocd/admin.password", from: Secret(input)) {
                made += 1
                return Secret("\(made)")
            }
            #expect(value.expose() == expected)
        }
    }
}
