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

@Suite struct RevocationTests {
    private let store = MemoryStore()
    private let random = SystemRandomSource()

    private func set(_ plan: AuthorityPlan = Fixture.plan()) async throws -> AuthoritySet {
        try await AuthoritySet.createIfAbsent(plan, in: store, now: Fixture.now, random: random)
    }

    private func lists(_ now: Date = Fixture.now) async throws -> [StoredRevocationList] {
        try await RevocationListService(store: store).lists(now: now)
    }

    private func after(_ days: Double) -> Date { Fixture.now.addingTimeInterval(days * 86_400) }

    private func dump(_ list: StoredRevocationList) throws -> String {
        let folder = try TemporaryFolder()
        let file = try folder.write(Encoding.pem("X509 CRL", list.der), to: "list.pem")
        return Tool.shell("openssl crl -in \(file) -noout -text").output
    }

    @Test(arguments: KeyType.allCases)
    func `OpenSSL refuses a revoked leaf and takes another, for every kind of key`(keyType: KeyType) async throws {
        let set = try await set(Fixture.plan(keyType: keyType))
        let good = try await store.issue(Fixture.request(), now: Fixture.now)
        let bad = try await store.issue(Fixture.request(), now: Fixture.now)
        _ = await store.revoke([bad.serial], reason: .keyCompromise, at: Fixture.now)
        let folder = try TemporaryFolder()
        let crl = try await lists().map { Encoding.pem("X509 CRL", $0.der) }.joined()
        let lists = try folder.write(crl, to: "crl.pem")
        let root = try folder.write(set.root.pem, to: "root.pem")
        let chain = try folder.write(set.issuing.pem, to: "chain.pem")
        for (leaf, isGood) in [(good, true), (bad, false)] {
            let file = try folder.write(leaf.pem, to: "leaf.pem")
            let result = Tool.shell(
                "openssl verify -x509_strict -crl_check_all -CRLfile \(lists) -no-CApath -no-CAstore "
                    + "-attime \(Int(Fixture.now.timeIntervalSince1970)) -CAfile \(root) -untrusted \(chain) \(file) 2>&1"
            )
            #expect((result.status == 0) == isGood, "\(result.output)")
            if !isGood { #expect(result.output.contains("certificate revoked")) }
        }
    }

    @Test func `a list has version 2, number, issuer's key, next update and the reasons`() async throws {
        _ = try await set()
        let first = try await store.issue(Fixture.request(), now: Fixture.now)
        let second = try await store.issue(Fixture.request(), now: Fixture.now)
        _ = await store.revoke([first.serial], reason: .superseded, at: Fixture.now)
        _ = await store.revoke([second.serial], reason: .unspecified, at: Fixture.now)
        let list = try #require(try await lists().first { $0.issuerID == "issuing-1" })
        let text = try dump(list)
        #expect(text.contains("Version 2 (0x1)"))
        #expect(text.contains("X509v3 CRL Number: \n                1\n"))
        #expect(text.contains("X509v3 Authority Key Identifier"))
        #expect(text.contains("Last Update: Nov 21 11:55:00 2026 GMT"))
        #expect(text.contains("Next Update: Nov 28 11:54:59 2026 GMT"))
        #expect(text.contains("Serial Number: \(first.serial.uppercased())"))
        #expect(text.contains("Serial Number: \(second.serial.uppercased())"))
        #expect(text.ranges(of: "X509v3 CRL Reason Code").count == 1)
        #expect(text.contains("Superseded"))
        let empty = try #require(try await lists().first { $0.issuerID == "cluster-ainur-1" })
        #expect(try dump(empty).contains("No Revoked Certificates"))
    }

    @Test func `a list stays while it is fresh and true, and its number goes up otherwise`() async throws {
        _ = try await set()
        let leaf = try await store.issue(Fixture.request(lifetime: .days(10)), now: Fixture.now)
        func list(_ days: Double) async throws -> StoredRevocationList {
            try #require(try await lists(after(days)).first { $0.issuerID == "issuing-1" })
        }
        let first = try await list(0)
        #expect(first.number == 1)
        #expect(try await list(0.9) == first)
        #expect(try await list(1.1).number == 2)
        _ = await store.revoke([leaf.serial], reason: .superseded, at: after(1.2))
        let third = try await list(1.2)
        #expect(third.number == 3)
        #expect(try await list(1.2) == third)
        #expect(try await list(0.5).number == 4, "the clock went back before this update")
        #expect(try dump(try await list(16)).contains(leaf.serial.uppercased()), "a week after the end")
        #expect(try dump(try await list(18)).contains("No Revoked Certificates"))
    }

    @Test func `a list of another process that lacks a revocation is followed by one that has it`() async throws {
        _ = try await set()
        let leaf = try await store.issue(Fixture.request(), now: Fixture.now)
        let stale = try #require(try await lists().first { $0.issuerID == "issuing-1" })
        _ = await store.revoke([leaf.serial], reason: .superseded, at: Fixture.now)
        var other = stale
        other.number = 2
        await store.interrupt(by: other)
        let list = try #require(try await lists().first { $0.issuerID == "issuing-1" })
        #expect(list.number == 3)
        #expect(try dump(list).contains(leaf.serial.uppercased()))
    }

    @Test func `a root lists the intermediates that it has revoked`() async throws {
        _ = try await set()
        let service = RotationService(plan: Fixture.plan(), store: store, random: random)
        let old = try #require(try await set().cluster)
        _ = try await service.replaceIntermediate(.cluster, revoking: .cACompromise, now: Fixture.now)
        let list = try #require(try await lists().first { $0.issuerID == "root-1" })
        let text = try dump(list)
        let serial = try CertificateSummary(der: old.der).serial
        #expect(text.contains("Serial Number: \(serial.uppercased())"))
        #expect(text.contains("CA Compromise"))
    }

    @Test func `times from 2050 are written with four digits of the year`() async throws {
        let plan = Fixture.plan(lifetime: .days(365 * 40))
        let now = Date(timeIntervalSince1970: 2_524_607_900)  // 2049-12-31 23:58:20
        _ = try await AuthoritySet.createIfAbsent(plan, in: store, now: now, random: random)
        let text = try dump(try #require(try await lists(now).first))
        #expect(text.contains("Last Update: Dec 31 23:53:20 2049 GMT"))
        #expect(text.contains("Next Update: Jan  7 23:53:19 2050 GMT"))
    }

    @Test(arguments: [
        ("0A:bC", "0abc"), ("0x00ff", "ff"), ("abc", "0abc"), ("0", "00"), ("00", "00"), ("xyz", nil), ("", nil),
        (String(repeating: "a", count: 41), nil),
    ])
    func `serial numbers are taken as tools print them`(text: String, serial: String?) {
        #expect(SerialDigits.normalised(text) == serial)
    }
}
