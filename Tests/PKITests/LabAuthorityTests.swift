//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import PKI
import Support
import Testing

@Suite struct LabAuthorityTests {
    private let text = """
        lab: ainur
        domain: kidd.network
        authority:
          commonName: Kidd Lab Root CA
          organization: kidd.network
          keyType: p384
          lifetime: 20y
          leaf: {keyType: p256, lifetime: 30d}
          permitted: [kidd.network, 192.168.1.0/24]
          url: http://pki.kidd.network
        identity:
          issuer: https://dex.kidd.network
          address: 192.168.1.66
          administrators: [cluster-admins]
        users:
          - {email: admin@kidd.network, username: admin, name: Admin, groups: [cluster-admins]}
        certificates:
          - {name: nas, hosts: [nas.kidd.network, 192.168.1.9], profile: both}

        """

    @Test func `the authority of a lab.yaml is made as it asks`() async throws {
        let lab = try LabDecoder.decode(text: text, file: "lab.yaml")
        let store = MemoryStore()
        let random = SystemRandomSource()
        let set = try await AuthoritySet.createIfAbsent(for: lab, in: store, now: Fixture.now, random: random)
        let root = try CertificateSummary(der: set.root.der)
        #expect(root.subject == "CN=Kidd Lab Root CA,O=kidd.network")
        #expect(root.keyType == "p384")
        #expect(root.permitted == "kidd.network, 192.168.1.0/24")
        #expect(set.root.validity.length == .days(20 * 365))
        #expect(set.cluster == nil)
        #expect(try await AuthoritySet.load(for: lab, from: store).issuing.der == set.issuing.der)
        #expect(try set.differences(from: AuthorityPlan(lab)) == [])
        let addresses = try #require(PublicationAddresses(url: "http://pki.kidd.network"))
        #expect(addresses.revocationList(of: "root-1") == "http://pki.kidd.network/crl/root-1.crl")
        #expect(addresses.certificate(of: "root-1") == "http://pki.kidd.network/aia/root-1.cer")
        for opened in [set, try await AuthoritySet.load(for: lab, from: store)] {
            #expect(opened.root.addresses == addresses)
            #expect(opened.issuing.addresses == addresses)
        }
    }

    @Test func `the leaves of a lab.yaml are issued as it asks`() async throws {
        let lab = try LabDecoder.decode(text: text, file: "lab.yaml")
        let store = MemoryStore()
        let random = SystemRandomSource()
        let set = try await AuthoritySet.createIfAbsent(for: lab, in: store, now: Fixture.now, random: random)
        let service = CertificateService(authorities: set, store: store, random: random)
        let issuer = try await service.ensure(.issuer(of: lab), now: Fixture.now)
        #expect(issuer.name == StoredCertificate.issuerName)
        #expect(issuer.hosts == ["dex.kidd.network"])
        #expect(issuer.validity.length == .days(30))
        let nas = try await service.ensure(LeafRequest(try #require(lab.certificates.first)), now: Fixture.now)
        #expect(nas.hosts == ["nas.kidd.network", "192.168.1.9"])
        #expect(nas.profile == .both)
        #expect(await store.certificates().map(\.name) == ["issuer", "nas"])
    }
}
