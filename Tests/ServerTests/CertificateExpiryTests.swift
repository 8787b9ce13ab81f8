//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import OpenSSL
import PKI
import Support
import Synchronization
import Testing

@testable import Server

@Suite("When certificates end")
struct CertificateExpiryTests {
    private static let now = PublicationRig.start
    private static let metric = "kindling_certificate_expiry_timestamp_seconds"

    private static func leaf(_ name: String, ends days: Double, isRevoked: Bool = false) -> StoredCertificate {
        StoredCertificate(
            serial: "\(name)-\(days)",
            name: name,
            hosts: [],
            profile: .server,
            keyType: .p256,
            der: [],
            chain: [],
            privateKey: nil,
            issuerID: "issuing-1",
            notBefore: now.addingTimeInterval((days - 90) * 86_400),
            notAfter: now.addingTimeInterval(days * 86_400),
            revokedAt: isRevoked ? now : nil
        )
    }

    @Test("what is in use is told: no older certificate of a name, no revoked one, no retired authority")
    func list() throws {
        var rig = try PublicationRig()
        var old = rig.publication.authorities
        for index in old.indices {
            // The generation before.
            old[index].id = old[index].id.dropLast(1) + "0"
            (old[index].isTrusted, old[index].isInUse) = (false, false)
        }
        rig.publication.authorities = old + rig.publication.authorities
        let leaves = [
            Self.leaf("web", ends: 5), Self.leaf("web", ends: 80), Self.leaf("gone", ends: 80, isRevoked: true),
            Self.leaf("nas", ends: 10),
        ]
        let list = try CertificateExpiry.list(rig.publication, leaves)
        #expect(
            list.map { "\($0.kind) \($0.name)" } == [
                "root root-1", "issuing issuing-1", "cluster cluster-ainur-1", "crl issuing-1", "crl root-1",
                "leaf nas", "leaf web",
            ]
        )
        #expect(list.last?.ends == Self.now.addingTimeInterval(80 * 86_400))
        let authorities = list.prefix(3).map(\.ends.timeIntervalSince1970)
        // 365 days, backdated by five minutes, both ends counted; intermediates end with the root.
        #expect(authorities == [Double](repeating: Self.now.timeIntervalSince1970 + 365 * 86_400 - 301, count: 3))
    }

    @Test("samples have one series for each, and count what is due")
    func samples() async throws {
        let publication = try PublicationRig().publication
        let leaves = [Self.leaf("web", ends: 31), Self.leaf("nas", ends: 29), Self.leaf("old", ends: -1)]
        let expiries = ExpirySamples { try CertificateExpiry.list(publication, leaves) }
        #expect(expiries.samples(at: Self.now).filter { $0.name == Self.metric }.isEmpty)
        try await expiries.refresh()
        let text = PrometheusRegistry().text(with: expiries.samples(at: Self.now))
        for line in [
            "\(Self.metric){name=\"web\",kind=\"leaf\"} \(1_800_000_000 + 31 * 86_400)",
            "\(Self.metric){name=\"issuing-1\",kind=\"crl\"} \(1_800_000_000 + 86_400)",
            "\(Self.metric){name=\"issuing-1\",kind=\"issuing\"} \(1_800_000_000 + 365 * 86_400 - 301)",
            "kindling_certificates_due{kind=\"leaf\"} 2", "kindling_certificates_due{kind=\"root\"} 0",
            "kindling_certificates_due{kind=\"crl\"} 0",
        ] {
            #expect(text.contains("\n\(line)\n"), "\(line)\n\(text)")
        }
    }

    @Test("of many certificates a thousand series tell, the last of them the earliest end of the rest")
    func bounded() async throws {
        let publication = try PublicationRig().publication
        let leaves = (0..<1_500).map { Self.leaf("leaf-\(10_000 + $0)", ends: $0 == 1_400 ? 3 : 60) }
        let expiries = ExpirySamples { try CertificateExpiry.list(publication, leaves) }
        try await expiries.refresh()
        let samples = expiries.samples(at: Self.now).filter { $0.name == Self.metric }
        #expect(samples.count == 1_000)
        #expect(samples.filter { $0.labels[1].1 != "leaf" }.count == 5)
        #expect(samples.last?.labels[0].1 == "(others)")
        #expect(samples.last?.value == 1_800_259_200.0)
    }

    @Test("what was read stays when it cannot be read again")
    func failure() async throws {
        struct Unreadable: Error {}
        let publication = try PublicationRig().publication
        let isReadable = Mutex(true)
        let expiries = ExpirySamples {
            guard isReadable.withLock({ $0 }) else { throw Unreadable() }
            return try CertificateExpiry.list(publication, [])
        }
        try await expiries.refresh()
        isReadable.withLock { $0 = false }
        await #expect(throws: Unreadable.self) { try await expiries.refresh() }
        #expect(expiries.samples(at: Self.now).filter { $0.name == Self.metric }.count == 5)
    }
}
