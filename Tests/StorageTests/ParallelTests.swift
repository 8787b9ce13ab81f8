//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import GRDB
import Lab
import OIDC
import Support
import Testing

@testable import Storage

/// Two open states stand for two processes: each has connections of its own to the same file.
@Suite struct ParallelTests {
    private let fixture: StateFixture
    private let stores: [Database]
    private let now = StateFixture.now

    init() throws {
        fixture = try StateFixture()
        stores = [try fixture.make(), try Database.open(fixture.location)]
    }

    /// Runs `body` eight times at once, spread over both stores.
    private func eight<Value: Sendable>(
        _ body: @escaping @Sendable (Database, Int) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: Value.self) { group in
            for index in 0..<8 {
                let store = stores[index % 2]
                group.addTask { try await body(store, index) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test("a code that is redeemed eight times at once is fresh once", arguments: 0..<5)
    func codes(round: Int) async throws {
        try await stores[0].addCode(.example("code", grant: "g"), of: .example("g"))
        let results = try await eight { store, index in
            try await store.redeemCode(
                TokenDigest(of: Secret("code")),
                access: .example("a\(index)", grant: "g"),
                refresh: nil,
                at: StateFixture.now
            )
        }
        let fresh = results.filter { if case .fresh = $0 { true } else { false } }
        let replayed = results.filter { $0 == .replayed(grantID: "g", clientID: "wiki") }
        #expect(fresh.count == 1)
        #expect(replayed.count == 7)
    }

    @Test("a refresh token that is presented eight times at once is rotated once", arguments: 0..<5)
    func refreshTokens(round: Int) async throws {
        try await stores[0].addGrant(
            .example("g"),
            access: .example("a", grant: "g"),
            refresh: .example("r", grant: "g")
        )
        let results = try await eight { store, index in
            try await store.rotateRefreshToken(
                TokenDigest(of: Secret("r")),
                to: .example("r\(index)", grant: "g"),
                access: .example("a\(index)", grant: "g"),
                grace: .zero,
                at: StateFixture.now
            )
        }
        #expect(results.filter { $0 == .rotated }.count == 1)
        #expect(results.filter { $0 == .reused(grantID: "g") }.count == 1)
        #expect(results.filter { $0 == .unknown }.count == 6)
        let tokens = try await stores[0].read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM refresh_token") }
        #expect(tokens == 2)
    }

    @Test("a link that is used eight times at once sets one password", arguments: 0..<5)
    func links(round: Int) async throws {
        try await stores[0].addLink(.example("link"))
        #expect(
            try await stores[0].bindLink(
                TokenDigest(of: Secret("link")),
                to: TokenDigest(of: Secret("browser")),
                at: StateFixture.now
            )
        )
        let results = try await eight { store, index in
            try await store.redeem(
                TokenDigest(of: Secret("link")),
                "browser",
                Secret("hash-\(index)"),
                at: StateFixture.now
            ) ? "hash-\(index)" : nil
        }
        let winners = results.compactMap { $0 }
        #expect(winners.count == 1)
        #expect(try await stores[1].account(userID: "0001")?.passwordHash?.expose() == winners.first)
    }

    @Test("user ids and first signing keys are made once")
    func madeOnce() async throws {
        let ids = try await eight { store, index in
            try await store.userID(email: "admin@example.test", made: "made-\(index)")
        }
        #expect(Set(ids).count == 1)
        let added = try await eight { store, index in
            try await store.addFirstSigningKey(.example("k\(index)"))
        }
        #expect(added.filter { $0 }.count == 1)
        #expect(try await stores[0].signingKeys().count == 1)
    }

    @Test("writers of both stores wait for each other and lose nothing")
    func writers() async throws {
        _ = try await eight { store, index in
            for number in 0..<25 { try await store.add(.example("\(index)-\(number)")) }
        }
        let count = try await stores[1].read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM session") }
        #expect(count == 200)
    }

    @Test("each store sees at once what the other has written")
    func visible() async throws {
        for number in 0..<20 {
            let (writer, reader) = (stores[number % 2], stores[(number + 1) % 2])
            try await writer.add(.example("\(number)"))
            #expect(try await reader.session(TokenDigest(of: Secret("\(number)"))) != nil)
        }
    }

    @Test("the change counter moves with every change of any process, and only then")
    func changeCounter() async throws {
        var last = try await stores[0].changeCounter()
        #expect(try await stores[0].changeCounter() == last)
        for (number, store) in [stores[1], stores[0], stores[1]].enumerated() {
            _ = try await store.session(TokenDigest(of: Secret("x")))
            #expect(try await stores[0].changeCounter() == last)
            try await store.setDisabled(userID: "0001", number.isMultiple(of: 2), notifying: [], at: StateFixture.now)
            let next = try await stores[0].changeCounter()
            #expect(next != last)
            last = next
        }
    }
}
