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

@Suite struct CertificateServiceTests {
    private let store = MemoryStore()

    private func service(_ plan: AuthorityPlan = Fixture.plan()) async throws -> CertificateService {
        let random = SystemRandomSource()
        let set = try await AuthoritySet.createIfAbsent(plan, in: store, now: Fixture.now, random: random)
        return CertificateService(authorities: set, store: store, random: random)
    }

    private func after(days: Double) -> Date { Fixture.now.addingTimeInterval(days * 86_400) }

    @Test func `a standing certificate stays until two thirds of its life are over`() async throws {
        let service = try await service()
        let first = try await service.ensure(Fixture.request(), now: Fixture.now)
        for days in [0, 1, 59.9] {
            let same = try await service.ensure(Fixture.request(), now: after(days: days))
            #expect(same.serial == first.serial)
        }
        let renewed = try await service.ensure(Fixture.request(), now: after(days: 60))
        #expect(renewed.serial != first.serial)
        #expect(renewed.privateKey?.expose() == first.privateKey?.expose())
        #expect(await store.certificates().map(\.serial) == [first.serial, renewed.serial])
    }

    @Test(arguments: [
        Fixture.request(["nas.kidd.network", "192.168.1.9"]), Fixture.request(profile: .both),
        Fixture.request(keyType: .p384),
    ])
    func `a changed request gives a new certificate, once`(changed: LeafRequest) async throws {
        let service = try await service()
        let first = try await service.ensure(Fixture.request(), now: Fixture.now)
        let second = try await service.ensure(changed, now: Fixture.now)
        #expect(second.serial != first.serial)
        #expect(try await service.ensure(changed, now: Fixture.now).serial == second.serial)
    }

    @Test func `names that differ only in writing are the same names`() async throws {
        let service = try await service()
        let first = try await service.ensure(Fixture.request(["nas.kidd.network"]), now: Fixture.now)
        let same = try await service.ensure(Fixture.request(["NAS.kidd.network"]), now: Fixture.now)
        #expect(same.serial == first.serial)
    }

    @Test func `a revoked certificate is replaced`() async throws {
        let service = try await service()
        let first = try await service.ensure(Fixture.request(), now: Fixture.now)
        _ = await store.revoke([first.serial], reason: .superseded, at: Fixture.now)
        #expect(try await service.ensure(Fixture.request(), now: Fixture.now).serial != first.serial)
    }

    @Test func `at the end of the issuer one last certificate is made, not one per run`() async throws {
        let service = try await service(Fixture.plan(lifetime: .days(100)))
        let now = after(days: 95)
        let last = try await service.ensure(Fixture.request(), now: now)
        #expect(last.notAfter == Fixture.now.addingTimeInterval(100 * 86_400 - 301))
        for days in [95, 98, 99.9] {
            #expect(try await service.ensure(Fixture.request(), now: after(days: days)).serial == last.serial)
        }
        await #expect { try await service.ensure(Fixture.request(), now: after(days: 101)) } throws: {
            code($0) == .authorityExpired
        }
    }

    @Test func `issuing always makes a new one and refuses to outlive the issuer`() async throws {
        _ = try await service(Fixture.plan(lifetime: .days(100)))
        let first = try await store.issue(Fixture.request(), now: Fixture.now)
        let second = try await store.issue(Fixture.request(), now: Fixture.now)
        #expect(first.serial != second.serial)
        await #expect { try await store.issue(Fixture.request(), now: after(days: 50)) } throws: {
            code($0) == .lifetimeTooLong
        }
        #expect(await store.certificates().count == 2)
    }

    @Test func `a refused request leaves no trace`() async throws {
        let service = try await service()
        await #expect { try await service.ensure(Fixture.request(["a.example"]), now: Fixture.now) } throws: {
            code($0) == .nameNotPermitted
        }
        #expect(await store.certificates().isEmpty)
    }
}
