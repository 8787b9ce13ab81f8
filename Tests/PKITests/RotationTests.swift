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
import TestSupport
import Testing

@Suite struct RotationTests {
    private let store = MemoryStore()
    private let random = SystemRandomSource()

    private func rotation(_ plan: AuthorityPlan = Fixture.plan()) async throws -> RotationService {
        _ = try await set(plan)
        return RotationService(plan: plan, store: store, random: random)
    }

    private func set(_ plan: AuthorityPlan = Fixture.plan()) async throws -> AuthoritySet {
        try await AuthoritySet.createIfAbsent(plan, in: store, now: Fixture.now, random: random)
    }

    private func leaf(_ now: Date = Fixture.now) async throws -> StoredCertificate {
        try await CertificateService(authorities: set(), store: store, random: random)
            .ensure(Fixture.request(), now: now)
    }

    /// Whether OpenSSL accepts a leaf with the chain that servers send, for a client that trusts these roots alone.
    private func isAccepted(_ leaf: StoredCertificate, trusting roots: [[UInt8]]) async throws -> Bool {
        let folder = try TemporaryFolder()
        let current = try #require(await store.certificates().first { $0.serial == leaf.serial })
        func pem(_ certificates: [[UInt8]]) -> String {
            certificates.map { Encoding.pem("CERTIFICATE", $0) }.joined()
        }
        let (trust, chain) = (
            try folder.write(pem(roots), to: "roots"), try folder.write(pem(current.chain), to: "chain")
        )
        let file = try folder.write(current.pem, to: "leaf")
        let result = Tool.shell(
            "openssl verify -x509_strict -no-CApath -no-CAstore -purpose sslserver -attime "
                + "\(Int(Fixture.now.timeIntervalSince1970)) -CAfile \(trust) -untrusted \(chain) \(file)"
        )
        return result.status == 0
    }

    @Test func `clients of the old root, the new and both accept old and new leaves until the end`() async throws {
        let service = try await rotation()
        let old = try await set().root.der
        let first = try await leaf()
        _ = try await service.prepare(now: Fixture.now)
        let prepared = try await set()
        let new = try #require(prepared.trust.certificates.last)
        #expect(prepared.root.der == old)
        #expect(prepared.trust.certificates == [old, new])
        let clients = [[old], [new], [old, new]]
        for client in clients { #expect(try await isAccepted(first, trusting: client)) }
        #expect(try await leaf().serial == first.serial)

        _ = try await service.switch(now: Fixture.now)
        #expect(try await set().root.der == new)
        let second = try await leaf()
        #expect(second.serial != first.serial)
        #expect(second.privateKey?.expose() == first.privateKey?.expose())
        for client in clients {
            #expect(try await isAccepted(first, trusting: client))
            #expect(try await isAccepted(second, trusting: client))
        }

        _ = try await service.finish(now: Fixture.now)
        let finished = try await set()
        #expect(finished.trust.certificates == [new])
        #expect(finished.rotation == nil)
        #expect(try await isAccepted(second, trusting: [new]))
        #expect(try await !isAccepted(second, trusting: [old]))
        #expect(try await !isAccepted(first, trusting: [new]))
    }

    @Test func `a root whose key is leaked is not certified by the next`() async throws {
        let service = try await rotation()
        let old = try await set().root.der
        let first = try await leaf()
        _ = try await service.prepare(isLeaked: true, now: Fixture.now)
        #expect(await store.archive().crossCertificates.map(\.issuerID) == ["root-1"])
        _ = try await service.switch(now: Fixture.now)
        let new = try await set().root.der
        let second = try await leaf()
        #expect(try await isAccepted(second, trusting: [old]))
        #expect(try await isAccepted(second, trusting: [new]))
        #expect(try await !isAccepted(first, trusting: [new]))
        let repeated = try await service.prepare(isLeaked: true, now: Fixture.now)
        #expect(repeated.phase == .switched)
    }

    @Test func `a root that the next has certified cannot be called leaked afterwards`() async throws {
        let service = try await rotation()
        _ = try await service.prepare(now: Fixture.now)
        await #expect { try await service.prepare(isLeaked: true, now: Fixture.now) } throws: {
            code($0) == .rotationUnderWay
        }
    }

    @Test func `what the next root has certified of the old ends with the last leaf, and is revoked at the end`()
        async throws
    {
        let service = try await rotation()
        _ = try await service.prepare(now: Fixture.now)
        let cross = try #require(await store.archive().crossCertificates.first { $0.issuerID == "root-2" })
        let summary = try CertificateSummary(der: cross.certificate)
        #expect(summary.notAfter == Validity(lifetime: Validity.longestLeaf, now: Fixture.now).notAfter)
        func listed() async throws -> Bool {
            let lists = try await RevocationListService(store: store).lists(now: Fixture.now)
            let list = try #require(lists.first { $0.issuerID == "root-2" })
            let file = try TemporaryFolder()
            let path = try file.write(Encoding.pem("X509 CRL", list.der), to: "list")
            return Tool.shell("openssl crl -in \(path) -noout -text").output.contains(summary.serial.uppercased())
        }
        _ = try await service.switch(now: Fixture.now)
        #expect(try await !listed())
        _ = try await service.finish(now: Fixture.now)
        #expect(try await listed())
    }

    @Test func `a repeated step finds what stands`() async throws {
        let service = try await rotation()
        let prepared = try await service.prepare(now: Fixture.now)
        #expect(try await service.prepare(now: Fixture.now.addingTimeInterval(60)) == prepared)
        #expect(await store.archive().authorities.count == 4)
        let switched = try await service.switch(now: Fixture.now)
        #expect(try await service.switch(now: Fixture.now.addingTimeInterval(60)) == switched)
        #expect(try await service.prepare(now: Fixture.now.addingTimeInterval(60)) == switched)
        #expect(await store.archive().authorities.map(\.id).suffix(2) == ["issuing-2", "cluster-ainur-2"])
        let finished = try await service.finish(now: Fixture.now)
        #expect(finished.phase == .finished)
        await #expect { try await service.finish(now: Fixture.now) } throws: { code($0) == .rotationNotPrepared }
        let next = try await service.prepare(now: Fixture.now)
        #expect(next.generation == 3)
    }

    @Test func `a root that has ended is replaced, without certificates between the two`() async throws {
        let service = try await rotation(Fixture.plan(lifetime: .days(30)))
        let later = Fixture.now.addingTimeInterval(31 * 86_400)
        _ = try await service.prepare(now: later)
        #expect(await store.archive().crossCertificates.isEmpty)
        _ = try await service.switch(now: later)
        #expect(try await service.remaining(now: later).isEmpty)
        _ = try await service.finish(now: later)
        #expect(try await leaf(later).issuerID == "issuing-2")
    }

    @Test func `no two intermediates have one subject, however long the name of the cluster`() async throws {
        let plan = Fixture.plan(cluster: String(repeating: "long-", count: 12) + "end")
        let service = try await rotation(plan)
        let first = try #require(try await set(plan).cluster)
        let second = try await service.replaceIntermediate(.cluster, revoking: nil, now: Fixture.now)
        #expect(first.commonName != second.commonName)
        #expect(second.commonName.hasSuffix(" 2"))
        #expect([first, second].allSatisfy { $0.commonName.count == 64 })
    }

    @Test func `steps out of order are refused with the one that is missing`() async throws {
        let service = try await rotation()
        await #expect { try await service.switch(now: Fixture.now) } throws: { code($0) == .rotationNotPrepared }
        await #expect { try await service.remaining(now: Fixture.now) } throws: { code($0) == .rotationNotPrepared }
        _ = try await service.prepare(now: Fixture.now)
        await #expect { try await service.finish(now: Fixture.now) } throws: { error in
            code(error) == .rotationNotSwitched
                && (error as? any KindlingError)?.remedy == "kindling ca rotate switch"
        }
    }

    @Test func `commands that prepare or switch at the same time end with one new root`() async throws {
        let service = try await rotation()
        let steps: [@Sendable (Date) async throws -> RootRotation] = [
            { try await service.prepare(now: $0) }, { try await service.switch(now: $0) },
        ]
        for step in steps {
            let rotations = try await withThrowingTaskGroup(of: RootRotation?.self) { group in
                for _ in 0..<6 { group.addTask { try await step(Fixture.now) } }
                return try await group.reduce(into: Set<RootRotation?>()) { $0.insert($1) }
            }
            #expect(rotations.count == 1)
        }
        #expect(await store.archive().authorities.count == 6)
        #expect(await store.archive().crossCertificates.count == 2)
    }

    @Test func `what is left of the old root is every leaf that still counts, superseded ones too`() async throws {
        let service = try await rotation()
        _ = try await set()
        let superseded = try await store.issue(Fixture.request(), now: Fixture.now)
        let newest = try await store.issue(Fixture.request(), now: Fixture.now)
        let short = try await store.issue(Fixture.request(lifetime: .days(1)), now: Fixture.now)
        _ = try await service.prepare(now: Fixture.now)
        _ = try await service.switch(now: Fixture.now)
        let reissued = try await leaf()
        #expect(
            try await service.remaining(now: Fixture.now).map(\.serial)
                == [superseded.serial, newest.serial, short.serial]
        )
        _ = await store.revoke([newest.serial], reason: .superseded, at: Fixture.now)
        let later = Fixture.now.addingTimeInterval(2 * 86_400)
        #expect(try await service.remaining(now: later).map(\.serial) == [superseded.serial])
        #expect(reissued.issuerID == "issuing-2")
    }

    @Test func `the new root takes subject, key type and constraints from the plan of the day`() async throws {
        _ = try await rotation()
        let plan = Fixture.plan(keyType: .p384, permitted: [.dns("kidd.network")])
        let service = RotationService(plan: plan, store: store, random: random)
        _ = try await service.prepare(now: Fixture.now)
        _ = try await service.switch(now: Fixture.now)
        let set = try await set(plan)
        #expect(set.root.commonName == "Kidd Lab Root CA 2")
        #expect(set.issuing.commonName == "Kidd Lab Issuing CA 2")
        #expect(set.root.permitted.description == "kidd.network")
        #expect(try set.differences(from: plan) == [])
        let text = try Fixture.dump(set.root.der)
        #expect(text.contains("ASN1 OID: secp384r1"))
    }

    @Test func `a cross certificate has the subject's identifiers, no path length and the shorter life`() async throws {
        let service = try await rotation(Fixture.plan(lifetime: .days(3650)))
        _ = try await service.prepare(now: Fixture.now.addingTimeInterval(86_400))
        let archive = await store.archive()
        let cross = try #require(archive.crossCertificates.first { $0.issuerID == "root-1" })
        let summary = try CertificateSummary(der: cross.certificate)
        let old = try CertificateSummary(der: archive.authorities[0].certificate)
        #expect(cross.subjectID == "root-2")
        #expect(summary.subject == "CN=Kidd Lab Root CA 2,O=kidd.network")
        #expect(summary.issuer == old.subject)
        #expect(summary.notAfter == old.notAfter)
        let text = try Fixture.dump(cross.certificate)
        #expect(text.contains("CA:TRUE\n"))
        #expect(text.contains("Certificate Sign, CRL Sign"))
    }

    @Test func `an intermediate is replaced in one step; leaves of the one before stay good`() async throws {
        let service = try await rotation()
        let root = try await set().root.der
        let first = try await leaf()
        let new = try await service.replaceIntermediate(.issuing, revoking: nil, now: Fixture.now)
        #expect(new.id == "issuing-2")
        let second = try await leaf()
        #expect(second.issuerID == "issuing-2")
        for leaf in [first, second] { #expect(try await isAccepted(leaf, trusting: [root])) }
        let cluster = try await service.replaceIntermediate(.cluster, revoking: .keyCompromise, now: Fixture.now)
        #expect(try await set().cluster?.id == cluster.id)
        let archive = await store.archive()
        let revoked = archive.authorities.filter { $0.revokedAt != nil }
        #expect(revoked.map(\.id) == ["cluster-ainur-1"])
        #expect(revoked.first?.revocationReason == .keyCompromise)
    }
}
