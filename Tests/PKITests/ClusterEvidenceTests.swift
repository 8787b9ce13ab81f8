//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import PKI
import Support
import TestSupport
import Testing

@Suite struct ClusterEvidenceTests {
    private let store = MemoryStore()

    private func service() async throws -> RotationService {
        _ = try await authorities()
        return RotationService(plan: Fixture.plan(), store: store, random: SystemRandomSource())
    }

    private func authorities() async throws -> AuthoritySet {
        try await AuthoritySet.createIfAbsent(
            Fixture.plan(),
            in: store,
            now: Fixture.now,
            random: SystemRandomSource()
        )
    }

    /// What cert-manager has in a Secret of a leaf.
    private func leaf(_ authority: CertificateAuthority?, lifetime: Duration = .days(30)) throws -> String {
        let issued = try #require(authority).issue(
            Fixture.request(lifetime: lifetime),
            now: Fixture.now,
            random: SystemRandomSource()
        )
        return issued.pem + (try #require(authority)).chainPEM
    }

    private func secret(_ name: String, _ values: [String: String]) -> String {
        let data = values.sorted { $0.key < $1.key }.map { "      \($0.key): \(Encoding.base64($0.value.utf8))\n" }
        return """
            - apiVersion: v1
              kind: Secret
              metadata: {name: \(name), namespace: apps}
              data:
            \(data.joined())
            """
    }

    private func evidence(
        _ secrets: [String],
        now: Date = Fixture.now
    ) async throws -> ClusterEvidence {
        let list = "apiVersion: v1\nkind: List\nitems:\n" + secrets.joined()
        return try ClusterEvidence(
            CertificateFinder.find(in: Array(list.utf8), file: "secrets.yaml"),
            archive: await store.archive(),
            now: now
        )
    }

    @Test func `leaves of the old intermediate and the intermediate itself remain, with their place`() async throws {
        let service = try await service()
        let old = try await authorities().cluster
        let leaf = try leaf(old)
        _ = try await service.prepare(now: Fixture.now)
        _ = try await service.switch(now: Fixture.now)
        let evidence = try await evidence([
            secret("wiki", ["tls.crt": leaf]),
            secret("local-ca", ["tls.crt": old?.pem ?? "", "ca.crt": old?.pem ?? ""]),
        ])
        #expect(!evidence.hasNewIntermediate)
        #expect(
            evidence.remaining.map(\.location.description) == [
                "secrets.yaml: Secret apps/wiki data.tls.crt", "secrets.yaml: Secret apps/wiki data.tls.crt #2",
                "secrets.yaml: Secret apps/local-ca data.ca.crt", "secrets.yaml: Secret apps/local-ca data.tls.crt",
            ]
        )
        #expect(evidence.remaining.map(\.subject).prefix(2) == ["nas.kidd.network", "Kidd Lab Cluster CA ainur"])
    }

    @Test func `roots, cross certificates and what has expired hang on nothing`() async throws {
        let service = try await service()
        let old = try await authorities()
        let expired = try leaf(old.cluster, lifetime: .days(1))
        _ = try await service.prepare(now: Fixture.now)
        _ = try await service.switch(now: Fixture.now)
        let new = try await authorities()
        let archive = await store.archive()
        let crossed = archive.crossCertificates.map { Encoding.pem("CERTIFICATE", $0.certificate) }.joined()
        let evidence = try await evidence(
            [
                secret("local-ca", ["tls.crt": new.cluster?.chainPEM ?? "", "ca.crt": old.root.pem + crossed]),
                secret(
                    "wiki",
                    [
                        "tls.crt": expired.split(separator: "-----END CERTIFICATE-----\n")[0]
                            + "-----END CERTIFICATE-----\n"
                    ]
                ),
            ],
            now: Fixture.now.addingTimeInterval(2 * 86_400)
        )
        #expect(evidence.hasNewIntermediate)
        #expect(evidence.remaining.map(\.subject) == [])
        #expect(evidence.unreadable.isEmpty)
    }

    @Test func `an intermediate that was replaced during the rotation is not the new one`() async throws {
        let service = try await service()
        _ = try await service.prepare(now: Fixture.now)
        _ = try await service.switch(now: Fixture.now)
        let replaced = try await authorities().cluster
        _ = try await service.replaceIntermediate(.cluster, revoking: .keyCompromise, now: Fixture.now)
        let before = try await evidence([secret("local-ca", ["tls.crt": replaced?.pem ?? ""])])
        #expect(!before.hasNewIntermediate)
        let current = try await authorities().cluster
        #expect(try await evidence([secret("local-ca", ["tls.crt": current?.pem ?? ""])]).hasNewIntermediate)
    }

    @Test func `a forged leaf that names the old intermediate does not hang on it`() async throws {
        let service = try await service()
        let other = try await Fixture.authorities()
        let forged = try leaf(other.cluster)
        _ = try await service.prepare(now: Fixture.now)
        _ = try await service.switch(now: Fixture.now)
        #expect(try await evidence([secret("wiki", ["tls.crt": forged])]).remaining.isEmpty)
    }
}
