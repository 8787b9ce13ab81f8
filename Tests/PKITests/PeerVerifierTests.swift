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

@Suite("Judging the certificates of servers")
struct PeerVerifierTests {
    private static func lab(_ permitted: String) throws -> Lab {
        try LabDecoder.decode(
            text: """
                lab: peers
                domain: lab.test
                authority: {commonName: "Peers \(permitted)", permitted: [lab.test, \(permitted)]}
                identity: {issuer: "https://dex.lab.test", address: 192.0.2.10}
                """,
            file: "lab.yaml"
        )
    }

    @Test("names and addresses within the constraints are good, for the host that was called, under the right root")
    func judging() async throws {
        let random = SystemRandomSource()
        let (store, lab) = (MemoryStore(), try Self.lab("192.0.2.0/24"))
        let authorities = try await AuthoritySet.createIfAbsent(for: lab, in: store, now: Date(), random: random)
        func issue(_ profile: CertificateProfile) async throws -> StoredCertificate {
            try await store.issue(
                LeafRequest(
                    name: "rp",
                    hosts: ["rp.lab.test", "192.0.2.7"],
                    profile: profile,
                    keyType: .p256,
                    lifetime: .days(1)
                ),
                now: Date()
            )
        }
        let leaf = try await issue(.server)
        let chain = [leaf.der] + leaf.chain
        let verifier = try PeerVerifier(roots: authorities.trust.certificates)
        for host in ["rp.lab.test", "RP.Lab.Test", "192.0.2.7"] {
            #expect(await verifier.isGood(chain, for: host), "\(host)")
        }
        for host in ["other.lab.test", "192.0.2.8", "lab.test", "", "2001:db8::1"] {
            #expect(await !verifier.isGood(chain, for: host), "\(host)")
        }
        for bad in [
            [], [leaf.der], [[0x30, 0x00]], chain.reversed(), [leaf.der] + Array(repeating: leaf.der, count: 20),
        ] as [[[UInt8]]] {
            #expect(await !verifier.isGood(bad, for: "rp.lab.test"))
        }
        let client = try await issue(.client)
        #expect(await !verifier.isGood([client.der] + client.chain, for: "rp.lab.test"))
        let other = try await AuthoritySet.createIfAbsent(
            for: try Self.lab("198.51.100.0/24"),
            in: MemoryStore(),
            now: Date(),
            random: random
        )
        #expect(await !(try PeerVerifier(roots: other.trust.certificates)).isGood(chain, for: "rp.lab.test"))
        #expect(await !(try PeerVerifier(roots: [])).isGood(chain, for: "rp.lab.test"))
    }
}
