//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
import FoundationEssentials
import Lab
import PKI
import Support
import SwiftASN1
import TestSupport
import Testing
import X509

@Suite struct AuthorityTests {
    @Test func `the root is self-signed, constrained and without a path length`() async throws {
        let set = try await Fixture.authorities()
        let root = try Certificate(derEncoded: set.root.der)
        #expect(root.subject == root.issuer)
        #expect(root.subject.description == "CN=Kidd Lab Root CA,O=kidd.network")
        #expect(root.publicKey.isValidSignature(root.signature, for: root))
        #expect(try root.extensions.basicConstraints == .isCertificateAuthority(maxPathLength: nil))
        #expect(try root.extensions.keyUsage == KeyUsage(keyCertSign: true, cRLSign: true))
        #expect(try root.extensions.authorityKeyIdentifier == nil)
        #expect(try root.extensions.extendedKeyUsage == nil)
        try expectCriticality(root)
    }

    @Test func `intermediates sign leaves only, under the root and with its constraints`() async throws {
        let set = try await Fixture.authorities()
        let root = try Certificate(derEncoded: set.root.der)
        let cluster = try #require(set.cluster)
        for (authority, name) in [(set.issuing, "Kidd Lab Issuing CA"), (cluster, "Kidd Lab Cluster CA ainur")] {
            let certificate = try Certificate(derEncoded: authority.der)
            #expect(authority.commonName == name)
            #expect(certificate.issuer == root.subject)
            #expect(root.publicKey.isValidSignature(certificate.signature, for: certificate))
            #expect(try certificate.extensions.basicConstraints == .isCertificateAuthority(maxPathLength: 0))
            #expect(try certificate.extensions.keyUsage == KeyUsage(keyCertSign: true, cRLSign: true))
            let identifier = try #require(try certificate.extensions.authorityKeyIdentifier)
            #expect(try identifier.keyIdentifier == root.extensions.subjectKeyIdentifier?.keyIdentifier)
            #expect(identifier.authorityCertIssuer == nil)
            #expect(identifier.authorityCertSerialNumber == nil)
            let constraints = root.extensions[oid: .X509ExtensionID.nameConstraints]?.value
            #expect(certificate.extensions[oid: .X509ExtensionID.nameConstraints]?.value == constraints)
            try expectCriticality(certificate)
        }
        #expect(set.issuing.privateKey.expose() != cluster.privateKey.expose())
    }

    private func expectCriticality(_ certificate: Certificate) throws {
        let critical: [ASN1ObjectIdentifier] = [
            .X509ExtensionID.basicConstraints, .X509ExtensionID.keyUsage, .X509ExtensionID.nameConstraints,
        ]
        for oid in critical { #expect(try #require(certificate.extensions[oid: oid]).critical) }
        #expect(try #require(certificate.extensions[oid: .X509ExtensionID.subjectKeyIdentifier]).critical == false)
    }

    @Test func `lives begin five minutes ago, in whole seconds, and nobody outlives the root`() async throws {
        let now = Fixture.now.addingTimeInterval(0.75)
        let set = try await Fixture.authorities(Fixture.plan(lifetime: .days(365)), now: now)
        #expect(set.root.validity.notBefore == Fixture.now.addingTimeInterval(-300))
        #expect(set.root.validity.length == .days(365))
        #expect(set.issuing.validity == set.root.validity)
        let long = try await Fixture.authorities()
        #expect(long.issuing.validity.length == .days(5 * 365))
        #expect(long.root.validity.length == .days(3650))
    }

    @Test func `serial numbers are positive and within 20 octets`() throws {
        struct Ones: RandomSource {
            func bytes(_ count: Int) -> [UInt8] { Array(repeating: 0xff, count: count) }
        }
        let certificate = try makeRoot(random: Ones())
        #expect(Array(certificate.serialNumber.bytes) == [0x7f] + Array(repeating: 0xff, count: 19))
    }

    private func makeRoot(random: any RandomSource) throws -> Certificate {
        let plan = Fixture.plan(cluster: nil)
        let stored = try plan.firstAuthorities(now: Fixture.now, random: random)
        return try Certificate(derEncoded: try #require(stored.first).certificate)
    }

    @Test(.enabled(if: Tool.isInstalled("openssl")))
    func `a root that ends in 2051 is written with both kinds of time`() async throws {
        let set = try await Fixture.authorities(Fixture.plan(lifetime: .days(9000)))
        #expect(set.root.validity.notAfter > Date(timeIntervalSince1970: 2_556_144_000))
        let folder = try TemporaryFolder()
        let file = try folder.write(set.root.pem, to: "root.pem")
        let times = Tool.shell("openssl asn1parse -in \(file)").output.split(separator: "\n").filter {
            $0.contains("TIME")
        }
        #expect(times.count == 2)
        #expect(times.first?.contains("UTCTIME           :261121115500Z") == true)
        #expect(times.last?.contains("GENERALIZEDTIME   :2051071") == true)
    }

    @Test func `a root that is over before it is used, or outlives the calendar, is refused`() async {
        await #expect { try await Fixture.authorities(Fixture.plan(lifetime: .seconds(30))) } throws: {
            code($0) == .lifetimeTooShort
        }
        await #expect { try await Fixture.authorities(Fixture.plan(lifetime: .days(365 * 9000))) } throws: {
            code($0) == .lifetimeTooLong
        }
    }

    @Test func `the lab's authority is made once`() async throws {
        let store = MemoryStore()
        let first = try await AuthoritySet.createIfAbsent(
            Fixture.plan(),
            in: store,
            now: Fixture.now,
            random: SystemRandomSource()
        )
        let second = try await AuthoritySet.createIfAbsent(
            Fixture.plan(keyType: .p384),
            in: store,
            now: Fixture.now.addingTimeInterval(1e6),
            random: SystemRandomSource()
        )
        #expect(first.root.der == second.root.der)
        #expect(first.issuing.der == second.issuing.der)
        #expect(first.cluster?.der == second.cluster?.der)
        #expect(try await store.authorities().map(\.id) == ["root-1", "issuing-1", "cluster-ainur-1"])
    }

    @Test func `two commands at the same time end with one authority`() async throws {
        let store = MemoryStore()
        let roots = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await AuthoritySet.createIfAbsent(
                        Fixture.plan(),
                        in: store,
                        now: Fixture.now,
                        random: SystemRandomSource()
                    ).root.der
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(roots.count == 1)
        #expect(try await store.authorities().count == 3)
    }

    @Test func `a cluster that comes later, or under another name, gets its own intermediate`() async throws {
        let store = MemoryStore()
        func create(_ cluster: String?) async throws -> AuthoritySet {
            try await AuthoritySet.createIfAbsent(
                Fixture.plan(cluster: cluster),
                in: store,
                now: Fixture.now,
                random: SystemRandomSource()
            )
        }
        let without = try await create(nil)
        #expect(without.cluster == nil)
        let first = try #require(try await create("ainur").cluster)
        let second = try #require(try await create("valar").cluster)
        #expect(first.commonName != second.commonName)
        #expect(try await create("ainur").cluster?.der == first.der)
        #expect(try await store.authorities().count == 4)
    }

    @Test func `without an authority the error says how to make one`() {
        #expect { try AuthoritySet(AuthorityArchive(), cluster: nil) } throws: { error in
            code(error) == .authorityMissing
                && (error as? any KindlingError)?.remedy == "make one: kindling ca create"
        }
    }

    @Test func `an authority that does not fit together is not used`() async throws {
        let store = MemoryStore()
        _ = try await AuthoritySet.createIfAbsent(
            Fixture.plan(),
            in: store,
            now: Fixture.now,
            random: SystemRandomSource()
        )
        let good = try await store.authorities()
        let other = try Fixture.plan().firstAuthorities(now: Fixture.now, random: SystemRandomSource())
        var keyOfAnother = good
        keyOfAnother[1].privateKey = other[1].privateKey
        var intermediateOfAnother = good
        intermediateOfAnother[1] = other[1]
        var damaged = good
        damaged[0].certificate.removeLast()
        var noKey = good
        noKey[0].privateKey = Secret([])
        for broken in [keyOfAnother, intermediateOfAnother, damaged, noKey, [good[0]], [good[1]]] {
            #expect { try AuthoritySet(AuthorityArchive(authorities: broken), cluster: "ainur") } throws: {
                code($0) == .authorityBroken
            }
        }
    }

    @Test func `what lab.yaml wants otherwise than the standing root is told`() async throws {
        let set = try await Fixture.authorities()
        #expect(try set.differences(from: Fixture.plan()) == [])
        var plan = Fixture.plan(keyType: .rsa3072, permitted: [.dns("kidd.network")])
        plan.commonName = "Other Root CA"
        #expect(
            try set.differences(from: plan) == [
                "authority.commonName is Other Root CA, the root's is Kidd Lab Root CA",
                "authority.keyType is rsa3072, the root's is p256",
                "authority.permitted is kidd.network, the root's is kidd.network, 192.168.1.0/24",
            ]
        )
    }

    @Test(arguments: [
        ("Kidd Lab Root CA", "Kidd Lab Issuing CA"),
        ("Kidd CA", "Kidd Issuing CA"),
        ("Kidd", "Kidd Issuing CA"),
        (" CA", " CA Issuing CA"),
        (String(repeating: "x", count: 80), String(repeating: "x", count: 53) + " Issuing CA"),
    ])
    func `the intermediate is named after the root`(root: String, issuing: String) async throws {
        var plan = Fixture.plan(cluster: nil)
        plan.commonName = root
        let set = try await Fixture.authorities(plan)
        #expect(set.issuing.commonName == issuing)
        #expect(set.root.commonName == String(root.prefix(64)))
    }
}
