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

    @Test("a secret is made once, and kept when its form changes")
    func ensured() async throws {
        for (name, alphabet) in [("k3s-token", SecretSpec.Alphabet.hex), ("backup-password", .base64url)] {
            let spec = SecretSpec(name: name, length: 32, alphabet: alphabet)
            let (first, isMade) = try await NamedSecrets.ensure(name, in: store, now: now) {
                SecretGenerator.generate(spec, random)
            }
            #expect(isMade)
            #expect(first.name == name)
            #expect(first.value.expose().count == 32)
            #expect(first.fingerprint?.count == 6)
            let (second, isMadeAgain) = try await NamedSecrets.ensure(name, in: store, now: now) {
                Issue.record("nothing is to be made")
                return Secret("other")
            }
            #expect(!isMadeAgain)
            #expect(second.value == first.value)
        }
        #expect(await store.writes == 2)
    }

    @Test("a bootstrap token has the form that Kubernetes takes, and every character can come")
    func bootstrapToken() throws {
        var seen: Set<Character> = []
        for _ in 0..<100 {
            let token = SecretGenerator.bootstrapToken(random).expose()
            #expect(token.wholeMatch(of: /[a-z0-9]{6}\.[a-z0-9]{16}/) != nil)
            seen.formUnion(token)
        }
        #expect(seen.count == 37)
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
