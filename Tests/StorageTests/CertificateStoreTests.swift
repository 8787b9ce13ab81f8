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
import PKI
import Support
import Testing

@testable import Storage

@Suite struct CertificateStoreTests {
    private let fixture: StateFixture
    private let store: any CertificateStore

    init() throws {
        fixture = try StateFixture()
        store = try fixture.make()
    }

    @Test("authorities come back whole, in the order of their making")
    func authorities() async throws {
        let key = SystemRandomSource().bytes(121)
        try await store.add(authorities: [
            .example("root-1", key: key), .example("issuing-1", role: .issuing),
        ])
        try await store.add(authorities: [.example("cluster-1", role: .cluster)])
        let stored = try await store.authorities()
        #expect(stored.map(\.id) == ["root-1", "issuing-1", "cluster-1"])
        #expect(stored.map(\.role) == [.root, .issuing, .cluster])
        #expect(stored[0].privateKey.expose() == key)
        #expect(stored[0].certificate == Array("certificate of root-1".utf8))
        #expect(stored[0].generation == 1)
        #expect(stored[0].createdAt == StateFixture.now)
    }

    @Test("when one of several authorities exists already, none is added")
    func existing() async throws {
        try await store.add(authorities: [.example("root-1", key: [1])])
        let error = await #expect(throws: PKIError.self) {
            try await store.add(authorities: [
                .example("issuing-1", role: .issuing), .example("root-1", key: [2]),
            ])
        }
        #expect(error?.code == .authorityExists)
        let stored = try await store.authorities()
        #expect(stored.map(\.id) == ["root-1"])
        #expect(stored[0].privateKey.expose() == [1])
    }

    @Test("of eight commands that make the root at once, one succeeds")
    func parallel() async throws {
        let other = try Database.open(fixture.location)
        let made = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<8 {
                let store: any CertificateStore = index.isMultiple(of: 2) ? store : other
                group.addTask {
                    (try? await store.add(authorities: [.example("root-1", key: [UInt8(index)])])) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1)
        #expect(try await store.authorities().count == 1)
    }

    @Test("certificates come back whole; the last of a name is the latest")
    func certificates() async throws {
        try await store.add(authorities: [.example("root-1")])
        try await store.add(certificate: .example("0a", key: nil))
        try await store.add(certificate: .example("ff", key: [1]))
        try await store.add(certificate: .example("01", key: [2]))
        try await store.add(certificate: .example("02", name: StoredCertificate.issuerName))
        #expect(try await store.certificates().map(\.serial) == ["0a", "ff", "01", "02"])
        let latest = try #require(try await store.latestCertificate(named: "nas"))
        let expected = StoredCertificate.example("01", key: [2])
        #expect(latest.serial == "01")
        #expect(latest.hosts == expected.hosts)
        #expect(latest.profile == expected.profile)
        #expect(latest.keyType == expected.keyType)
        #expect(latest.der == expected.der)
        #expect(latest.chain == expected.chain)
        #expect(latest.privateKey?.expose() == [2])
        #expect(latest.issuerID == "root-1")
        #expect(latest.notBefore == expected.notBefore)
        #expect(latest.notAfter == expected.notAfter)
        #expect(latest.revokedAt == nil)
        #expect(try await store.certificates()[0].privateKey == nil)
        #expect(try await store.latestCertificate(named: "printer") == nil)
    }

    @Test("a serial number is never taken twice, and no certificate is without its authority")
    func refused() async throws {
        await #expect(throws: StorageError.self) { try await store.add(certificate: .example("01")) }
        try await store.add(authorities: [.example("root-1")])
        try await store.add(certificate: .example("01"))
        await #expect(throws: StorageError.self) { try await store.add(certificate: .example("01")) }
        #expect(try await store.certificates().count == 1)
    }

    @Test("a private key that was swapped with another row's is refused")
    func swapped() async throws {
        let database = try Database.open(fixture.location)
        try await database.add(authorities: [.example("root-1", key: [1]), .example("root-2", key: [2])])
        try await database.write { connection in
            try connection.execute(
                sql: """
                    UPDATE authority SET private_key = (SELECT private_key FROM authority WHERE id = 'root-2')
                    WHERE id = 'root-1'
                    """
            )
        }
        let error = await #expect(throws: StorageError.self) { try await database.authorities() }
        #expect(error?.code == .stateBroken)
    }
}
