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

@Suite struct RenewalTests {
    private let store = MemoryStore()

    private func service() async throws -> CertificateService {
        let random = SystemRandomSource()
        let set = try await AuthoritySet.createIfAbsent(Fixture.plan(), in: store, now: Fixture.now, random: random)
        return CertificateService(authorities: set, store: store, random: random)
    }

    private func after(days: Double) -> Date { Fixture.now.addingTimeInterval(days * 86_400) }

    @Test func `a renewal keeps the key unless a new one is asked for, or the old is known to others`() async throws {
        let service = try await service()
        let first = try await service.ensure(Fixture.request(), now: Fixture.now)
        let second = try await service.renew(Fixture.request(), standing: first, now: Fixture.now)
        #expect(second.serial != first.serial)
        #expect(second.privateKey?.expose() == first.privateKey?.expose())
        let third = try await service.renew(Fixture.request(), standing: second, rekey: true, now: Fixture.now)
        #expect(third.privateKey?.expose() != first.privateKey?.expose())
        _ = await store.revoke([third.serial], reason: .keyCompromise, at: Fixture.now)
        let fourth = try await service.ensure(Fixture.request(), now: Fixture.now)
        #expect(fourth.privateKey?.expose() != third.privateKey?.expose())
        let fifth = try await service.ensure(Fixture.request(keyType: .p384), now: Fixture.now)
        #expect(fifth.privateKey?.expose() != fourth.privateKey?.expose())
    }

    @Test func `the day of renewal is two thirds of the life and up to a twentieth later, the same at each look`()
        async throws
    {
        _ = try await service()
        var instants: Set<Date> = []
        for index in 0..<20 {
            var request = Fixture.request()
            request.name = "nas-\(index)"
            let certificate = try await store.issue(request, now: Fixture.now)
            let instant = RenewalSchedule.instant(for: certificate)
            #expect(instant == RenewalSchedule.instant(for: certificate))
            #expect(instant >= certificate.validity.renewal)
            #expect(instant <= certificate.validity.renewal.addingTimeInterval(4.5 * 86_400))
            instants.insert(instant)
        }
        #expect(instants.count > 15)
    }

    @Test func `a clock that was ahead and went back gives a certificate that is valid now`() async throws {
        let service = try await service()
        let first = try await service.ensure(Fixture.request(), now: Fixture.now)
        let ahead = try await service.ensure(Fixture.request(), now: after(days: 200))
        #expect(ahead.serial != first.serial)
        #expect(try service.need(for: Fixture.request(), standing: ahead, now: after(days: 1)) == .notYetValid)
        let back = try await service.ensure(Fixture.request(), now: after(days: 1))
        #expect(back.validity.contains(after(days: 1)))
        #expect(try await service.ensure(Fixture.request(), now: after(days: 1)).serial == back.serial)
    }

    @Test func `with a clock from before the authority nothing is issued`() async throws {
        let service = try await service()
        await #expect { try await service.ensure(Fixture.request(), now: after(days: -400)) } throws: { error in
            code(error) == .clockWrong
        }
        #expect(await store.certificates().isEmpty)
    }

    @Test func `why a certificate is renewed is told`() async throws {
        let service = try await service()
        let request = Fixture.request()
        let standing = try await service.ensure(request, now: Fixture.now)
        func need(_ request: LeafRequest, _ standing: StoredCertificate?, _ now: Date) throws -> RenewalReason? {
            try service.need(for: request, standing: standing, now: now)
        }
        #expect(try need(request, nil, Fixture.now) == .missing)
        #expect(try need(request, standing, Fixture.now) == nil)
        #expect(try need(request, standing, after(days: 61)) == .due)
        #expect(try need(Fixture.request(profile: .both), standing, Fixture.now) == .changed)
        var other = standing
        other.issuerID = "issuing-0"
        #expect(try need(request, other, Fixture.now) == .authority)
        other = standing
        other.revokedAt = Fixture.now
        #expect(try need(request, other, Fixture.now) == .revoked)
        other = standing
        other.privateKey = nil
        #expect(try need(request, other, Fixture.now) == .missing)
    }
}
