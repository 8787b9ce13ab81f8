//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import GRDB
import Secrets
import Support
import Testing

@testable import Storage

@Suite struct SecretStoreTests {
    private let fixture: StateFixture
    private let store: Database

    init() throws {
        fixture = try StateFixture()
        store = try fixture.make()
    }

    @Test("a client gets its first secret once, and it comes back whole")
    func first() async throws {
        #expect(try await store.addFirstClientSecret(.example("wiki", "one", id: "1")))
        #expect(try await !store.addFirstClientSecret(.example("wiki", "two", id: "2")))
        #expect(try await store.addFirstClientSecret(.example("argocd", "three", id: "3")))
        let secrets = try await store.clientSecrets()
        #expect(secrets.map(\.clientID) == ["argocd", "wiki"])
        #expect(secrets.map { $0.value.expose() } == ["three", "one"])
        #expect(secrets[1].id == "1")
        #expect(secrets[1].phase == .current)
        #expect(secrets[1].origin == .generated)
        #expect(secrets[1].created == StateFixture.now)
    }

    @Test("the provider accepts every version, the current one first")
    func versions() async throws {
        var previous = ClientSecret.example("wiki", "old", id: "1")
        previous.phase = .previous
        #expect(try await store.addFirstClientSecret(previous))
        let current = ClientSecret.example("wiki", "new", id: "2")
        try await store.write { connection in
            try connection.execute(
                sql: "INSERT INTO client_secret VALUES ('2', 'wiki', ?, 'current', 'imported', 0)",
                arguments: [
                    try store.sealer.seal(
                        current.value,
                        for: SealedColumn(table: "client_secret", column: "value", key: "2")
                    )
                ]
            )
        }
        #expect(try await store.secrets(for: "wiki").map { $0.expose() } == ["new", "old"])
        #expect(try await store.secrets(for: "unknown").isEmpty)
    }

    @Test("replacing a secret leaves no other version")
    func replaced() async throws {
        _ = try await store.addFirstClientSecret(.example("wiki", "one", id: "1"))
        _ = try await store.addFirstClientSecret(.example("argocd", "three", id: "3"))
        try await store.replaceClientSecrets(with: .example("wiki", "two", id: "2"))
        #expect(try await store.clientSecrets().map { $0.value.expose() } == ["three", "two"])
    }

    @Test("a replacement that fails leaves the old secret")
    func failedReplacement() async throws {
        _ = try await store.addFirstClientSecret(.example("wiki", "one", id: "1"))
        _ = try await store.addFirstClientSecret(.example("argocd", "three", id: "3"))
        await #expect(throws: StorageError.self) {
            try await store.replaceClientSecrets(with: .example("wiki", "two", id: "3"))
        }
        #expect(try await store.clientSecrets().map { $0.value.expose() } == ["three", "one"])
    }

    @Test("named secrets are added once and replaced on demand")
    func named() async throws {
        #expect(try await store.addFirstNamedSecret(.example))
        var other = NamedSecret.example
        other.value = Secret("other")
        #expect(try await !store.addFirstNamedSecret(other))
        #expect(try await store.namedSecret("example")?.value == NamedSecret.example.value)
        try await store.replaceNamedSecret(other)
        #expect(try await store.namedSecrets().map { $0.value.expose() } == ["other"])
        #expect(try await store.namedSecret("another") == nil)
    }

    @Test("what was derived stays while its input stays")
    func derived() async throws {
        let first = try await store.derive("argocd/admin", from: Secret("a")) { Secret("hash-1") }
        let again = try await store.derive("argocd/admin", from: Secret("a")) { Secret("hash-2") }
        #expect(first.expose() == "hash-1")
        #expect(again.expose() == "hash-1")
        let elsewhere = try await store.derive("grafana/admin", from: Secret("a")) { Secret("hash-3") }
        #expect(elsewhere.expose() == "hash-3")
        let changed = try await store.derive("argocd/admin", from: Secret("b")) { Secret("hash-4") }
        #expect(changed.expose() == "hash-4")
        #expect(try await store.derived("argocd/admin", from: Secret("a")) == nil)
        #expect(try await store.derived("grafana/admin", from: Secret("a"))?.expose() == "hash-3")
    }

    @Test("of two that derive at once, both get the value of the first")
    func derivedAtOnce() async throws {
        let other = try Database.open(fixture.location)
        let values = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<8 {
                let store = index.isMultiple(of: 2) ? store : other
                group.addTask { try await store.derive("p", from: Secret("a")) { Secret("v\(index)") }.expose() }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(values.count == 1)
    }

    @Test("an input that can be guessed cannot be checked against the state without its key")
    func keyedDigest() async throws {
        _ = try await store.derive("p", from: Secret("hunter2")) { Secret("v") }
        let other = try StateFixture()
        let second = try other.make()
        _ = try await second.derive("p", from: Secret("hunter2")) { Secret("v") }
        let inputs = [
            try await store.read { try Data.fetchOne($0, sql: "SELECT input FROM derived") },
            try await second.read { try Data.fetchOne($0, sql: "SELECT input FROM derived") },
        ]
        #expect(inputs[0] != inputs[1])
    }
}
