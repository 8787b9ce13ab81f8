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
import OpenSSL
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
        #expect(latest.chain.isEmpty)
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

    @Test("of several certificates all are added, in their order, or none")
    func several() async throws {
        try await store.add(authorities: [.example("root-1")])
        try await store.add(certificates: ["03", "01", "02"].map { .example($0, key: [7]) })
        #expect(try await store.certificates().map(\.serial) == ["03", "01", "02"])
        #expect(try await store.certificates().allSatisfy { $0.privateKey?.expose() == [7] })
        await #expect(throws: StorageError.self) {
            try await store.add(certificates: ["04", "05", "01"].map { .example($0) })
        }
        #expect(try await store.certificates().map(\.serial) == ["03", "01", "02"])
        var signed = StoredCertificate.example("06", key: nil)
        signed.keyType = .rsa(bits: 2048)
        try await store.add(certificate: signed)
        #expect(try await store.certificates().last?.keyType == .rsa(bits: 2048))
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

    @Test("chains are those of now: a rotation adds cross certificates, its end takes them away")
    func chains() async throws {
        try await store.add(authorities: [.example("root-1"), .example("issuing-1", role: .issuing)])
        var certificate = StoredCertificate.example("01")
        certificate.issuerID = "issuing-1"
        try await store.add(certificate: certificate)
        func chain() async throws -> [String] {
            try await store.certificates()[0].chain.map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(try await chain() == ["certificate of issuing-1"])

        var prepare = AuthorityChange(at: StateFixture.now)
        prepare.authorities = [.example("root-2", generation: 2)]
        prepare.crossCertificates = ["12", "21"].map { pair in
            CrossCertificate(
                subjectID: "root-\(pair.prefix(1))",
                issuerID: "root-\(pair.suffix(1))",
                certificate: Array("cross \(pair)".utf8),
                createdAt: StateFixture.now
            )
        }
        prepare.rotation = RootRotation(generation: 2, preparedAt: StateFixture.now)
        try await store.apply(prepare)
        #expect(try await chain() == ["certificate of issuing-1", "cross 12"])
        #expect(try await store.latestCertificate(named: "nas")?.chain.count == 2)
        #expect(try await store.archive().rotation == prepare.rotation)
        #expect(try await store.archive().crossCertificates == prepare.crossCertificates)

        var finish = AuthorityChange(at: StateFixture.now)
        finish.retired = ["root-1"]
        finish.revoked = ["issuing-1": .superseded]
        finish.rotation = RootRotation(
            generation: 2,
            preparedAt: StateFixture.now,
            switchedAt: StateFixture.now,
            finishedAt: StateFixture.now
        )
        try await store.apply(finish)
        #expect(try await chain() == ["certificate of issuing-1"])
        let archive = try await store.archive()
        #expect(archive.rotations == [finish.rotation])
        #expect(archive.rotation == nil)
        #expect(archive.authorities.map(\.retiredAt) == [StateFixture.now, nil, nil])
        #expect(archive.authorities.map(\.revocationReason) == [nil, .superseded, nil])
        #expect(archive.authorities[1].revokedAt == StateFixture.now)
    }

    @Test("a change of the authority that fails in one part leaves nothing behind")
    func changeIsWhole() async throws {
        try await store.add(authorities: [.example("root-1")])
        var change = AuthorityChange(at: StateFixture.now)
        change.authorities = [.example("issuing-1", role: .issuing), .example("root-1")]
        change.rotation = RootRotation(generation: 2, preparedAt: StateFixture.now)
        await #expect(throws: PKIError.self) { try await store.apply(change) }
        let archive = try await store.archive()
        #expect(archive.authorities.map(\.id) == ["root-1"])
        #expect(archive.rotations.isEmpty)
    }

    @Test("a revocation keeps its first date and reason")
    func revocation() async throws {
        try await store.add(authorities: [.example("root-1")])
        try await store.add(certificate: .example("01"))
        try await store.add(certificate: .example("02"))
        let later = StateFixture.now.addingTimeInterval(60)
        #expect(
            try await store.revoke(["01", "77"], reason: .keyCompromise, at: StateFixture.now) == ["01"]
        )
        #expect(try await store.revoke(["01", "02"], reason: .superseded, at: later) == ["02"])
        let stored = try await store.certificates()
        #expect(stored.map(\.revokedAt) == [StateFixture.now, later])
        #expect(stored.map(\.revocationReason) == [.keyCompromise, .superseded])
    }

    @Test("of two revocation lists of an issuer the later number is kept")
    func revocationLists() async throws {
        try await store.add(authorities: [.example("root-1")])
        func list(_ number: Int) -> StoredRevocationList {
            StoredRevocationList(
                issuerID: "root-1",
                number: number,
                der: [UInt8(number)],
                digest: [1],
                thisUpdate: StateFixture.now,
                nextUpdate: StateFixture.now.addingTimeInterval(60)
            )
        }
        #expect(try await store.keep(list(1)) == list(1))
        #expect(try await store.keep(list(3)) == list(3))
        #expect(try await store.keep(list(2)) == list(3))
        #expect(try await store.revocationLists() == [list(3)])
    }

    @Test("a folder follows one name; the last word counts")
    func folders() async throws {
        func folder(_ name: String, isEncrypted: Bool) -> CertificateFolderRecord {
            CertificateFolderRecord(
                folder: "/srv/tls",
                name: name,
                hasEncryptedKey: isEncrypted,
                createdAt: StateFixture.now
            )
        }
        try await store.add(folders: [folder("nas", isEncrypted: false)])
        try await store.add(folders: [folder("wiki", isEncrypted: true)])
        #expect(try await store.folders() == [folder("wiki", isEncrypted: true)])
        try await store.removeFolder("/srv/tls")
        #expect(try await store.folders().isEmpty)
    }

    @Test("a cluster's intermediate from before the column gets its cluster from the id")
    func clusterColumn() async throws {
        let name = try Database.open(fixture.location)
        try await name.write { connection in
            for (id, generation) in [("cluster-ainur-1", 1), ("cluster-my-lab-12", 12)] {
                try connection.execute(
                    sql: """
                        INSERT INTO authority (id, position, role, generation, certificate, private_key, created)
                        VALUES (?, ?, 'cluster', ?, x'00', x'00', 0)
                        """,
                    arguments: [id, generation, generation]
                )
            }
            let statement = try #require(Schema.lifecycle.sql.split(separator: ";").first { $0.contains("UPDATE") })
            try connection.execute(sql: String(statement))
            let clusters = try String.fetchAll(connection, sql: "SELECT cluster FROM authority ORDER BY position")
            #expect(clusters == ["ainur", "my-lab"])
        }
    }
}
