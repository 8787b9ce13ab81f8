//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import PKI
import Support
import Testing

@Suite struct CertificateBatchTests {
    private let random = SystemRandomSource()

    private func leaves(_ count: Int, _ authority: CertificateAuthority) throws -> [CheckedLeaf] {
        try (0..<count).map { index in
            let request = LeafRequest(name: "h\(index)", hosts: ["h\(index).kidd.network"], lifetime: .days(90))
            return try authority.check(request, now: Fixture.now)
        }
    }

    @Test(arguments: [0, 1, 250, 251, 1_001])
    func `all of a batch is kept once, and told of`(count: Int) async throws {
        let (store, set) = (MemoryStore(), try await Fixture.authorities())
        let batch = CertificateBatch(authority: set.issuing, store: store, random: random)
        var told: [String] = []
        try await batch.issue(leaves(count, set.issuing), width: 3) { told += $0.map(\.name) }
        let kept = await store.certificates()
        #expect(Set(kept.map(\.name)) == Set((0..<count).map { "h\($0)" }))
        #expect(told == kept.map(\.name) || Set(told) == Set(kept.map(\.name)))
        #expect(told.count == count && kept.count == count)
        #expect(Set(kept.map(\.serial)).count == count)
        for certificate in kept.prefix(3) {
            #expect(try CertificateSummary(der: certificate.der).hosts == certificate.hosts)
        }
    }

    @Test func `a part that cannot be kept ends the batch, and what was kept has been told of`() async throws {
        let set = try await Fixture.authorities()
        let store = FullStore(parts: 2)
        let batch = CertificateBatch(authority: set.issuing, store: store, random: random)
        var told = 0
        await #expect { try await batch.issue(leaves(2_500, set.issuing), width: 2) { told += $0.count } } throws: {
            code($0) == .issuanceFailed
        }
        #expect(told == 500)
        #expect(await store.count == 500)
    }
}

/// A store that takes so many parts and no more.
private actor FullStore: CertificateStore {
    private var parts: Int
    private(set) var count = 0

    init(parts: Int) { self.parts = parts }

    func archive() -> AuthorityArchive { AuthorityArchive() }
    func apply(_ change: AuthorityChange) {}
    func certificates() -> [StoredCertificate] { [] }
    func latestCertificate(named name: String) -> StoredCertificate? { nil }
    func revoke(_ serials: [String], reason: RevocationReason, at instant: Date) -> [String] { [] }
    func revocationLists() -> [StoredRevocationList] { [] }
    func keep(_ list: StoredRevocationList) -> StoredRevocationList { list }
    func folders() -> [CertificateFolderRecord] { [] }
    func add(folders: [CertificateFolderRecord]) {}
    func removeFolder(_ folder: String) {}

    func add(certificates: [StoredCertificate]) throws {
        guard parts > 0 else { throw PKIError(.issuanceFailed, "the disk is full") }
        parts -= 1
        count += certificates.count
    }
}
