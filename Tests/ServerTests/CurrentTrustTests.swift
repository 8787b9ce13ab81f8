//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import NIOSSL
import PKI
import Server
import Storage
import Support
import TestSupport
import Testing

@Suite("What a running server shows and trusts during a rotation")
struct CurrentTrustTests {
    private func rotation(_ rig: ServerRig) -> RotationService {
        RotationService(plan: AuthorityPlan(rig.lab), store: rig.database, random: SystemRandomSource())
    }

    private func issuer(_ rig: ServerRig) async throws -> StoredCertificate {
        try #require(try await rig.database.latestCertificate(named: StoredCertificate.issuerName))
    }

    @Test("a certificate is shown as long as neither it nor its chain is another one")
    func shows() async throws {
        let rig = try await ServerRig()
        let served = try ServedCertificate(rig.certificate)
        #expect(served.shows(try await issuer(rig)))
        _ = try await rotation(rig).prepare(now: Date())
        let longer = try await issuer(rig)
        #expect(longer.der == rig.certificate.der)
        #expect(longer.chain.count == 2)
        #expect(!served.shows(longer))
        try served.replace(by: longer)
        #expect(served.shows(longer))
        #expect(!served.shows(rig.certificate))
        let chain = served.sslContextConfigurationOverride.certificateChain
        #expect(chain?.count == 3)
    }

    @Test("a certificate without its key is not taken, and the one before stays")
    func withoutKey() async throws {
        let rig = try await ServerRig()
        let served = try ServedCertificate(rig.certificate)
        var bare = rig.certificate
        bare.privateKey = nil
        #expect(throws: (any Error).self) { try served.replace(by: bare) }
        #expect(served.shows(rig.certificate))
    }

    @Test("relying parties are judged by the roots of the moment, without a restart")
    func verifier() async throws {
        let rig = try await ServerRig()
        let old = rig.authorities.trust.certificates
        let verifier = try CurrentVerifier(roots: old)
        func accepts(_ certificate: StoredCertificate) async -> Bool {
            await verifier.current.isGood([certificate.der] + certificate.chain, for: "localhost")
        }
        #expect(await accepts(rig.certificate))
        let service = rotation(rig)
        _ = try await service.prepare(now: Date())
        _ = try await service.switch(now: Date())
        _ = try await service.finish(now: Date())
        let authorities = try await AuthoritySet.load(for: rig.lab, from: rig.database)
        let certificates = CertificateService(
            authorities: authorities,
            store: rig.database,
            random: SystemRandomSource()
        )
        let new = try await certificates.ensure(.issuer(of: rig.lab), now: Date())
        #expect(await !accepts(new))
        try verifier.trust(authorities.trust.certificates)
        #expect(await accepts(new))
        #expect(await !accepts(rig.certificate))
    }

    @Test("roots that cannot be read leave those before")
    func unreadable() async throws {
        let rig = try await ServerRig()
        let verifier = try CurrentVerifier(roots: rig.authorities.trust.certificates)
        #expect(throws: (any Error).self) { try verifier.trust([[0x30, 0x03, 0x02, 0x01, 0x00]]) }
        let chain = [rig.certificate.der] + rig.certificate.chain
        #expect(await verifier.current.isGood(chain, for: "localhost"))
    }
}
