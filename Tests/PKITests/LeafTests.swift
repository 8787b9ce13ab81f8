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
import Testing
import X509

@Suite struct LeafTests {
    private let random = SystemRandomSource()

    private func issue(
        _ request: LeafRequest,
        plan: AuthorityPlan = Fixture.plan(cluster: nil),
        now: Date = Fixture.now,
        outlivingIssuer: OutlivingIssuer = .refuse
    ) async throws -> (leaf: StoredCertificate, certificate: Certificate, set: AuthoritySet) {
        let set = try await Fixture.authorities(plan)
        let leaf = try set.issuing.issue(request, outlivingIssuer: outlivingIssuer, now: now, random: random)
        return (leaf, try Certificate(derEncoded: leaf.der), set)
    }

    @Test func `a leaf says what was asked for`() async throws {
        let hosts = ["NAS.kidd.network", "*.apps.kidd.network", "192.168.1.9", "nas.kidd.network"]
        let (leaf, certificate, set) = try await issue(Fixture.request(hosts))
        #expect(leaf.hosts == ["nas.kidd.network", "*.apps.kidd.network", "192.168.1.9"])
        #expect(certificate.subject.description == "CN=nas.kidd.network")
        #expect(
            try certificate.extensions.subjectAlternativeNames.map(Array.init) == [
                .dnsName("nas.kidd.network"), .dnsName("*.apps.kidd.network"),
                .ipAddress(ASN1OctetString(contentBytes: [192, 168, 1, 9])),
            ]
        )
        let issuer = try Certificate(derEncoded: set.issuing.der)
        #expect(certificate.issuer == issuer.subject)
        #expect(issuer.publicKey.isValidSignature(certificate.signature, for: certificate))
        #expect(try certificate.extensions.basicConstraints == .notCertificateAuthority)
        let identifier = try certificate.extensions.authorityKeyIdentifier
        #expect(try identifier?.keyIdentifier == issuer.extensions.subjectKeyIdentifier?.keyIdentifier)
        #expect(identifier?.authorityCertSerialNumber == nil)
        #expect(leaf.chain == [set.issuing.der])
        #expect(leaf.issuerID == set.issuing.id)
        #expect(leaf.name == "nas")
        #expect(leaf.serial == Encoding.hex(certificate.serialNumber.bytes))
        #expect(leaf.notBefore == certificate.notValidBefore)
        #expect(leaf.notAfter == certificate.notValidAfter)
        let key = try P256.Signing.PrivateKey(derRepresentation: try #require(leaf.privateKey).expose())
        #expect(Certificate.PublicKey(key.publicKey) == certificate.publicKey)
    }

    @Test func `critical are what verifiers must understand`() async throws {
        let (_, certificate, _) = try await issue(Fixture.request())
        let critical = certificate.extensions.filter(\.critical).map(\.oid)
        #expect(critical == [.X509ExtensionID.basicConstraints, .X509ExtensionID.keyUsage])
    }

    @Test(arguments: [
        (CertificateProfile.server, ["serverAuth"]), (.client, ["clientAuth"]), (.both, ["serverAuth", "clientAuth"]),
        (.peer, ["serverAuth", "clientAuth"]),
    ])
    func `the profile decides what a leaf is for`(profile: CertificateProfile, usages: [String]) async throws {
        let (leaf, _, _) = try await issue(Fixture.request(profile: profile))
        let summary = try CertificateSummary(der: leaf.der)
        #expect(summary.usages == usages)
        #expect(summary.hosts == ["nas.kidd.network"])
    }

    @Test(arguments: KeyType.allCases)
    func `only RSA keys may encipher`(keyType: KeyType) async throws {
        let (leaf, certificate, _) = try await issue(Fixture.request(keyType: keyType))
        let usage = try #require(try certificate.extensions.keyUsage)
        let isRSA = keyType == .rsa3072 || keyType == .rsa4096
        #expect(usage == KeyUsage(digitalSignature: true, keyEncipherment: isRSA))
        #expect(try CertificateSummary(der: leaf.der).keyType == keyType.rawValue)
    }

    @Test func `a leaf without a fitting DNS name has an empty subject and critical names`() async throws {
        let long = String(repeating: "a", count: 60) + ".kidd.network"
        for host in ["192.168.1.9", long] {
            let (_, certificate, _) = try await issue(Fixture.request([host]))
            #expect(certificate.subject.isEmpty)
            #expect(certificate.extensions[oid: .X509ExtensionID.subjectAlternativeName]?.critical == true)
        }
    }

    @Test(arguments: [
        ["nas.example.org"], ["kidd.network.example.org"], ["akidd.network"], ["8.8.8.8"], ["fd00::1"], ["*.network"],
        ["nas.kidd.network", "192.168.2.1"],
    ])
    func `a name outside the constraints is refused`(hosts: [String]) async {
        await #expect { try await issue(Fixture.request(hosts)) } throws: { error in
            let error = error as? PKIError
            return error?.code == .nameNotPermitted && error?.message.contains(hosts.last ?? "") == true
                && error?.message.contains("kidd.network, 192.168.1.0/24") == true
        }
    }

    @Test func `all names outside are named at once`() async {
        let hosts = ["a.example", "nas.kidd.network", "b.example"]
        await #expect { try await issue(Fixture.request(hosts)) } throws: { error in
            (error as? PKIError)?.message
                == "a.example, b.example of the certificate nas lie outside what Kidd Lab Issuing CA may certify "
                + "(kidd.network, 192.168.1.0/24)"
        }
    }

    @Test func `without a permitted address no address is certified`() async {
        let plan = Fixture.plan(permitted: [.dns("kidd.network")], cluster: nil)
        await #expect { try await issue(Fixture.request(["192.168.1.9"]), plan: plan) } throws: {
            code($0) == .nameNotPermitted
        }
    }

    @Test func `a leaf holds a thousand names and no more`() async throws {
        let hosts = (0..<1_000).map { "h\($0).kidd.network" }
        let (leaf, _, _) = try await issue(Fixture.request(hosts + hosts))
        #expect(leaf.hosts == hosts)
        #expect(try CertificateSummary(der: leaf.der).hosts == hosts)
        await #expect { try await issue(Fixture.request(hosts + ["nas.kidd.network"])) } throws: {
            ($0 as? PKIError)?.message == "1001 names for one certificate, which holds 1000 at most"
        }
    }

    @Test(arguments: [[], [".kidd.network"], ["a..kidd.network"], ["*.*.kidd.network"], ["192.168.1"], ["nas_1"]])
    func `what is no name is refused`(hosts: [String]) async {
        await #expect { try await issue(Fixture.request(hosts)) } throws: { code($0) == .nameInvalid }
    }

    @Test func `825 days hold both ends and the backdating`() async throws {
        let (leaf, certificate, _) = try await issue(Fixture.request(lifetime: .days(825)))
        #expect(leaf.notBefore == Fixture.now.addingTimeInterval(-300))
        #expect(certificate.notValidAfter.timeIntervalSince(certificate.notValidBefore) + 1 == 825 * 86_400)
        #expect(leaf.validity.length == .days(825))
    }

    @Test func `a life that is too long or too short is refused`() async {
        await #expect { try await issue(Fixture.request(lifetime: .days(825) + .seconds(1))) } throws: {
            code($0) == .lifetimeTooLong
        }
        for lifetime in [Duration.seconds(599), .zero, .seconds(-5)] {
            await #expect { try await issue(Fixture.request(lifetime: lifetime)) } throws: {
                code($0) == .lifetimeTooShort
            }
        }
    }

    @Test func `a leaf never outlives its issuer`() async throws {
        let plan = Fixture.plan(lifetime: .days(100), cluster: nil)
        let now = Fixture.now.addingTimeInterval(30 * 86_400)
        await #expect { try await issue(Fixture.request(), plan: plan, now: now) } throws: {
            code($0) == .lifetimeTooLong
        }
        let (leaf, _, set) = try await issue(Fixture.request(), plan: plan, now: now, outlivingIssuer: .shorten)
        #expect(leaf.notAfter == set.issuing.validity.notAfter)
        let late = Fixture.now.addingTimeInterval(100 * 86_400)
        for choice in [OutlivingIssuer.refuse, .shorten] {
            await #expect {
                try await issue(Fixture.request(), plan: plan, now: late, outlivingIssuer: choice)
            } throws: { code($0) == .authorityExpired }
        }
    }

    @Test func `every leaf has a key and a serial number of its own`() async throws {
        let set = try await Fixture.authorities()
        let leaves = try (0..<20).map { _ in
            try set.issuing.issue(Fixture.request(), now: Fixture.now, random: random)
        }
        #expect(Set(leaves.map(\.serial)).count == 20)
        #expect(Set(leaves.compactMap { $0.privateKey?.expose() }).count == 20)
    }

    @Test func `no key shows in what can be printed`() async throws {
        let (leaf, _, set) = try await issue(Fixture.request())
        let key = try #require(leaf.privateKey).expose()
        for text in ["\(leaf)", String(reflecting: leaf), "\(set.issuing)"] {
            #expect(!text.contains(key.map(String.init).joined(separator: ", ")))
            #expect(text.contains("•••"))
        }
    }

    @Test func `PEM forms hold the chain without the root`() async throws {
        let (leaf, _, set) = try await issue(Fixture.request())
        #expect(try PEM.split(leaf.fullChainPEM, file: "tls.crt") == [leaf.der, set.issuing.der])
        #expect(leaf.privateKeyPEM?.expose().hasPrefix("-----BEGIN PRIVATE KEY-----\n") == true)
    }
}
