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
import Support
import SwiftASN1
import TestSupport
import Testing
import X509

@testable import PKI

@Suite struct LintTests {
    /// What is wrong with certificates of a file each.
    private func rules(_ ders: [[UInt8]], now: Date = Fixture.now, together: Bool = false) throws -> [String] {
        try findings(ders, now: now, together: together).map(\.rule)
    }

    private func findings(_ ders: [[UInt8]], now: Date = Fixture.now, together: Bool = false) throws -> [LintFinding] {
        var all = CertificateFinder.Findings()
        for (index, der) in ders.enumerated() {
            let pem = Array(Encoding.pem("CERTIFICATE", der).utf8)
            let found = try CertificateFinder.find(in: pem, file: together ? "f" : "f\(index)")
            all.found += found.found
            all.unreadable += found.unreadable
        }
        return CertificateLinter.judge(all, now: now)
    }

    @Test func `a good chain has no finding`() throws {
        let ders = try ChainDraft().ders()
        #expect(try findings(ders) == [])
        #expect(try findings([ders[2], ders[1]], together: true) == [])
        #expect(try findings([ders[0], ders[1]], together: true) == [])
    }

    @Test(arguments: Plant.all)
    func `a planted fault is found, and nothing else`(plant: Plant) throws {
        var chain = try ChainDraft()
        try plant.spoil(&chain)
        let found = try findings(try chain.ders())
        #expect(Set(found.map(\.rule)) == Set([plant.rule] + plant.also), "\(found)")
        let declared = try #require(CertificateLinter.rules.first { $0.name == plant.rule })
        #expect(found.first { $0.rule == plant.rule }?.severity == declared.severity)
    }

    @Test func `every rule is broken by some test`() {
        let elsewhere: Set<String> = ["chain-with-root", "chain-order", "unreadable"]
        let names = CertificateLinter.rules.map(\.name)
        let planted = Set(Plant.all.map(\.rule)).union(RevocationListLintTests.plants.map(\.rule))
        #expect(Set(names) == planted.union(elsewhere))
        #expect(Set(names).count == names.count)
    }

    @Test func `the order of a chain is judged where it is sent together`() throws {
        let ders = try ChainDraft().ders()
        #expect(try rules([ders[2], ders[1], ders[0]], together: true) == ["chain-with-root"])
        #expect(try rules([ders[1], ders[2]], together: true) == ["chain-order"])
        let other = try ChainDraft().ders()
        #expect(try rules([ders[2], ders[1], other[1]], together: true).contains("chain-order"))
    }

    @Test func `trusted roots are known and not judged`() throws {
        var chain = try ChainDraft()
        chain.root.remove(.X509ExtensionID.keyUsage)
        try chain.intermediate.set(SubjectAlternativeNames([.dnsName("www.example.com")]))
        let ders = try chain.ders()
        var files = CertificateFinder.Findings()
        files.found = try CertificateFinder.find(in: ders[1], file: "i").found
        #expect(CertificateLinter.judge(files, now: Fixture.now) == [])
        let trusted = try CertificateFinder.find(in: ders[0], file: "r").found
        #expect(
            CertificateLinter.judge(files, trusted: trusted, now: Fixture.now).map(\.rule) == ["outside-constraints"]
        )
    }

    @Test func `what a strict parser refuses for another reason is an error`() throws {
        var chain = try ChainDraft()
        for number in 1...33 as ClosedRange<UInt> {
            chain.leaf.extensions.append(
                .init(oid: [1, 3, 6, 1, 4, 1, 99999, number], critical: false, value: [5, 0])
            )
        }
        let found = try findings(try chain.ders())
        #expect(found.map(\.rule) == ["unreadable"])
        #expect(found.first?.message.contains("Too many extensions") == true)
    }

    @Test func `the page has a row for every rule, in their order, with its severity`() throws {
        let page = try Repository.text("docs/certificates.md")
        let rows = page.matches(of: /\n\| `([a-z0-9-]+)` \| (error|warning) \|/).map { "\($0.1) \($0.2)" }
        #expect(rows == CertificateLinter.rules.map { "\($0.name) \($0.severity.rawValue)" })
    }

    @Test func `of a thousand names outside the first are told`() throws {
        var chain = try ChainDraft()
        let names = (1...1000).map { GeneralName.dnsName("n\($0).example.com") }
        try chain.leaf.set(SubjectAlternativeNames([.dnsName("a.lab.test")] + names))
        let found = try findings(try chain.ders()).filter { $0.rule == "outside-constraints" }
        #expect(found.count == 9)
        #expect(found.last?.message == "and 1992 more of the kind")
    }

    @Test func `what cannot be read is an error`() throws {
        let found = try findings([Array(try ChainDraft().ders()[0].dropLast(3))])
        #expect(found.map(\.rule) == ["unreadable"])
        #expect(found.first?.severity == .error)
    }

    @Test(arguments: KeyType.allCases)
    func `kindling's own certificates of a kind of key have no finding`(keyType: KeyType) async throws {
        let set = try await Fixture.authorities(Fixture.plan(keyType: keyType, cluster: nil))
        let request = Fixture.request(keyType: keyType, lifetime: .days(397))
        let leaf = try set.issuing.issue(request, now: Fixture.now, random: SystemRandomSource())
        #expect(try findings([set.root.der, leaf.der] + leaf.chain) == [])
        #expect(try findings([leaf.der] + leaf.chain, together: true) == [])
    }

    @Test(arguments: CertificateProfile.allCases)
    func `kindling's own certificates of a profile have no finding`(profile: CertificateProfile) async throws {
        let set = try await Fixture.authorities()
        let cluster = try #require(set.cluster)
        var ders = [set.root.der, set.issuing.der, cluster.der]
        for hosts in [["nas.kidd.network", "*.apps.kidd.network", "192.168.1.9"], ["192.168.1.9"]] {
            let request = Fixture.request(hosts, profile: profile)
            ders.append(try set.issuing.issue(request, now: Fixture.now, random: SystemRandomSource()).der)
        }
        #expect(try findings(ders) == [])
    }

    @Test func `a root beyond 2050 and a constraint of any kind have no finding`() async throws {
        for permitted in [
            [NameConstraint.dns("kidd.network")], [.address(AddressRange(bytes: [127, 0, 0, 0], prefix: 8))],
        ] {
            let set = try await Fixture.authorities(Fixture.plan(lifetime: .days(365 * 40), permitted: permitted))
            #expect(try findings([set.root.der, set.issuing.der]) == [])
        }
    }

    @Test func `the last date that a certificate can name is read`() throws {
        var chain = try ChainDraft()
        chain.root.notAfter = Date(timeIntervalSince1970: 253_402_300_799)
        let ders = try chain.ders()
        #expect(try findings(ders) == [])
        #expect(try CertificateSummary(der: ders[0]).notAfter == chain.root.notAfter)
    }

    @Test func `an address of a revocation list or an authority is no finding`() throws {
        var chain = try ChainDraft()
        let access = AuthorityInformationAccess([
            .init(method: .issuingCA, location: .uniformResourceIdentifier("http://pki.lab.test/aia/issuing.crt"))
        ])
        try chain.leaf.set(access)
        #expect(try findings(try chain.ders()) == [])
    }

    @Test func `certificates of one name without number cost no time`() throws {
        let chain = try ChainDraft()
        let ders = try (0..<100).map { number in
            var draft = chain.root
            draft.serial[15] = UInt8(number & 0xff)
            draft.serial[14] = UInt8(number >> 8)
            draft.remove(.X509ExtensionID.subjectKeyIdentifier)
            return try draft.der(signedBy: chain.root.key)
        }
        let began = ContinuousClock.now
        #expect(try findings(ders).count == 100)
        #expect(ContinuousClock.now - began < .seconds(20))
    }
}

/// A fault and the rule that finds it.
struct Plant: Sendable, CustomTestStringConvertible {
    let rule: String
    /// Rules that the same fault breaks.
    let also: [String]
    let spoil: @Sendable (inout ChainDraft) throws -> Void

    init(_ rule: String, also: [String] = [], _ spoil: @escaping @Sendable (inout ChainDraft) throws -> Void) {
        self.rule = rule
        self.also = also
        self.spoil = spoil
    }

    var testDescription: String { rule }

    static let all = common + extensions + authorities + constraints + leaves + chains

    private static let common = [
        Plant("not-version-3", also: ["outside-constraints"]) { chain in
            // Names are looked at whatever the version; a version 1 has no extensions to name them in.
            chain.leaf.version = nil
            try chain.leaf.set(SubjectAlternativeNames([.dnsName("www.example.com")]))
        },
        Plant("serial-not-positive") { $0.leaf.serial = [0x9f] + [UInt8](repeating: 1, count: 15) },
        Plant("serial-not-positive") { $0.root.serial = [0] },
        Plant("serial-too-long") { $0.leaf.serial = [UInt8](repeating: 0x7f, count: 21) },
        Plant("serial-too-short") { $0.root.serial = [0x01] },
        Plant("issuer-empty", also: ["authority-subject-empty"]) { chain in
            chain.root.subject = nil
            chain.root.issuer = nil
            chain.intermediate.issuer = nil
        },
        Plant("signature-algorithm-differs") { $0.leaf.innerAlgorithm = [1, 2, 840, 10045, 4, 3, 3] },
        Plant("signature-algorithm-weak") { chain in
            chain.leaf.innerAlgorithm = [1, 2, 840, 113549, 1, 1, 4]
            chain.leaf.outerAlgorithm = [1, 2, 840, 113549, 1, 1, 4]
        },
        Plant("signature-algorithm-unusual") { chain in
            chain.leaf.innerAlgorithm = [1, 2, 840, 113549, 1, 1, 10]
            chain.leaf.outerAlgorithm = [1, 2, 840, 113549, 1, 1, 10]
        },
        Plant("time-encoding") { $0.leaf.isGeneralized = true },
        Plant("time-encoding") { chain in
            chain.leaf.isGeneralized = true
            chain.leaf.fraction = ".5"
        },
        Plant("validity-reversed", also: ["expired"]) { chain in
            chain.leaf.notAfter = chain.leaf.notBefore.addingTimeInterval(-5)
        },
        Plant("not-yet-valid") { $0.leaf.notBefore = Fixture.now.addingTimeInterval(60) },
        Plant("expired") { $0.leaf.notAfter = Fixture.now.addingTimeInterval(-1) },
        Plant("key-too-short") { $0.leaf.publicKey = Self.shortKey },
        Plant("key-unusual") { chain in
            chain.leaf.publicKey = Array(P521.Signing.PrivateKey().publicKey.derRepresentation)
        },
        Plant("subject-key-identifier-missing") { $0.leaf.remove(.X509ExtensionID.subjectKeyIdentifier) },
        Plant("authority-key-identifier-missing") { $0.leaf.remove(.X509ExtensionID.authorityKeyIdentifier) },
        Plant("authority-key-identifier-serial") { chain in
            let root = chain.root
            try chain.intermediate.set(
                AuthorityKeyIdentifier(
                    keyIdentifier: root.keyIdentifier,
                    authorityCertIssuer: [.directoryName(try DistinguishedName { CommonName("Root") })],
                    authorityCertSerialNumber: Certificate.SerialNumber(bytes: root.serial)
                )
            )
        },
        Plant("key-identifier-critical") { chain in
            chain.leaf.change(.X509ExtensionID.subjectKeyIdentifier) { $0.critical = true }
        },
    ]

    private static let extensions = [
        Plant("extension-malformed") { chain in
            chain.leaf.change(.X509ExtensionID.extendedKeyUsage) { $0.value = [0x30, 0x03, 0x02, 0x01, 0x01] }
            try chain.leaf.set(SubjectAlternativeNames([.dnsName("a.lab.test")]))
        },
        Plant("extension-repeated") { $0.leaf.extensions.append($0.leaf.extensions[0]) },
        Plant("extension-unknown-critical") { chain in
            chain.leaf.extensions.append(
                .init(oid: [1, 3, 6, 1, 4, 1, 99999, 1], critical: true, value: [0x05, 0x00])
            )
        },
    ]

    private static let authorities = [
        Plant("basic-constraints-not-critical") { chain in
            chain.root.change(.X509ExtensionID.basicConstraints) { $0.critical = false }
        },
        Plant("authority-key-usage-missing") { $0.root.remove(.X509ExtensionID.keyUsage) },
        Plant("authority-key-usage-not-critical") { chain in
            chain.intermediate.change(.X509ExtensionID.keyUsage) { $0.critical = false }
        },
        Plant("authority-cert-sign-missing") { try $0.root.set(KeyUsage(cRLSign: true), critical: true) },
        Plant("authority-crl-sign-missing") { try $0.root.set(KeyUsage(keyCertSign: true), critical: true) },
        Plant("authority-subject-empty") { chain in
            chain.intermediate.subject = nil
            chain.leaf.issuer = "Elsewhere"
        },
        Plant("root-extended-key-usage") { try $0.root.set(ExtendedKeyUsage([.serverAuth])) },
    ]

    private static let constraints = [
        Plant("name-constraints-not-critical") { chain in
            chain.intermediate.change(.X509ExtensionID.nameConstraints) { $0.critical = false }
        },
        Plant("name-constraints-on-leaf") { chain in
            try chain.leaf.set(NameConstraints(excludedDNSDomains: ["example.com"]), critical: true)
        },
        Plant("name-constraints-leading-dot") { chain in
            try chain.root.set(constraints(permitted: [".lab.test"]), critical: true)
        },
        Plant("name-constraints-bad-range") { chain in
            let range = ASN1OctetString(contentBytes: [10, 0, 0, 0, 0xff, 0, 0xff, 0])
            try chain.root.set(constraints(excluding: [range]), critical: true)
        },
        Plant("name-constraints-open-addresses") { chain in
            try chain.root.set(NameConstraints(permittedDNSDomains: ["lab.test"]), critical: true)
        },
        Plant("name-constraints-open-family") { chain in
            let range = ASN1OctetString(contentBytes: [10, 0, 0, 0, 0xff, 0, 0, 0])
            let constraints = NameConstraints(permittedDNSDomains: ["lab.test"], permittedIPRanges: [range])
            try chain.root.set(constraints, critical: true)
        },
    ]

    private static let leaves = [
        Plant("leaf-basic-constraints-not-critical") { chain in
            chain.leaf.change(.X509ExtensionID.basicConstraints) { $0.critical = false }
        },
        Plant("leaf-key-usage-missing") { $0.leaf.remove(.X509ExtensionID.keyUsage) },
        Plant("leaf-key-usage-not-critical") { chain in
            chain.leaf.change(.X509ExtensionID.keyUsage) { $0.critical = false }
        },
        Plant("leaf-digital-signature-missing") { try $0.leaf.set(KeyUsage(keyAgreement: true), critical: true) },
        Plant("leaf-key-encipherment") { chain in
            try chain.leaf.set(KeyUsage(digitalSignature: true, keyEncipherment: true), critical: true)
        },
        Plant("leaf-cert-sign") { chain in
            try chain.leaf.set(KeyUsage(digitalSignature: true, keyCertSign: true), critical: true)
        },
        Plant("extended-key-usage-missing") { $0.leaf.remove(.X509ExtensionID.extendedKeyUsage) },
        Plant("extended-key-usage-missing") { try $0.leaf.set(ExtendedKeyUsage([.codeSigning])) },
        Plant("alternative-names-missing") { $0.leaf.remove(.X509ExtensionID.subjectAlternativeName) },
        Plant("alternative-names-not-critical") { $0.leaf.subject = nil },
        Plant("alternative-name-unusual") { chain in
            try chain.leaf.set(SubjectAlternativeNames([.dnsName("a.lab.test"), .dnsName("a_b.lab.test")]))
        },
        Plant("common-name-not-listed") { $0.leaf.subject = "b.lab.test" },
        Plant("life-over-825-days") { chain in
            chain.leaf.notAfter = chain.leaf.notBefore.addingTimeInterval(825 * 86_400)
        },
        Plant("life-over-397-days") { chain in
            chain.leaf.notAfter = chain.leaf.notBefore.addingTimeInterval(825 * 86_400 - 1)
        },
    ]

    private static let chains = [
        Plant("signature-invalid") { $0.forger = P256.Signing.PrivateKey() },
        Plant("key-identifier-differs") { chain in
            try chain.leaf.set(AuthorityKeyIdentifier(keyIdentifier: [1, 2, 3]))
        },
        Plant("issuer-not-authority", also: ["common-name-not-listed", "leaf-cert-sign", "name-constraints-on-leaf"]) {
            chain in
            try chain.intermediate.set(BasicConstraints.notCertificateAuthority, critical: true)
            try chain.intermediate.set(KeyUsage(digitalSignature: true, keyCertSign: true), critical: true)
            try chain.intermediate.set(ExtendedKeyUsage([.serverAuth]))
            try chain.intermediate.set(SubjectAlternativeNames([.dnsName("i.lab.test")]))
            chain.intermediate.notAfter = chain.leaf.notAfter
        },
        Plant("outlives-issuer") { chain in
            chain.intermediate.notAfter = chain.root.notAfter.addingTimeInterval(1)
        },
        Plant("path-too-long") { chain in
            try chain.root.set(BasicConstraints.isCertificateAuthority(maxPathLength: 0), critical: true)
        },
        Plant("outside-constraints") { chain in
            try chain.leaf.set(SubjectAlternativeNames([.dnsName("a.lab.test"), .dnsName("www.example.com")]))
        },
        Plant("outside-constraints") { chain in
            let address = GeneralName.ipAddress(ASN1OctetString(contentBytes: [8, 8, 8, 8]))
            try chain.leaf.set(SubjectAlternativeNames([.dnsName("a.lab.test"), address]))
        },
    ]

    private static func constraints(
        permitted: NameConstraints.DNSNames = ["lab.test"],
        excluding more: [ASN1OctetString] = []
    ) -> NameConstraints {
        let all = [8, 32].map { ASN1OctetString(contentBytes: ArraySlice(repeating: 0, count: $0)) }
        return NameConstraints(permittedDNSDomains: permitted, excludedIPRanges: (all + more).asRanges)
    }

    /// An RSA key of 1024 bits.
    private static let shortKey: [UInt8] = {
        let modulus = [0x00, 0xc1] + [UInt8](repeating: 0x5b, count: 127)
        let key: [UInt8] = [0x30, 0x81, 0x89, 0x02, 0x81, 0x81] + modulus + [0x02, 0x03, 0x01, 0x00, 0x01]
        let algorithm: [UInt8] = [
            0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0,
        ]
        return [0x30, 0x81, 0x9f] + algorithm + [0x03, 0x81, 0x8d, 0x00] + key
    }()
}
