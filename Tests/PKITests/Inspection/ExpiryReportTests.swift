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
import TestSupport
import Testing

@Suite struct ExpiryReportTests {
    private let now = Fixture.now

    private func report(within: Duration = .days(30), at instant: Date? = nil) -> ExpiryReport {
        ExpiryReport(within: within, now: instant ?? now)
    }

    private func issue(_ name: String, days: Int, from set: AuthoritySet) throws -> StoredCertificate {
        var request = Fixture.request(lifetime: .days(days))
        request.name = name
        return try set.issuing.issue(request, now: now, random: SystemRandomSource())
    }

    @Test func `entries come by their ends, with days and status`() async throws {
        let set = try await Fixture.authorities()
        let leaves = [try issue("far", days: 90, from: set), try issue("near", days: 20, from: set)]
        var report = report()
        report.add(leaves, in: "state", includesSuperseded: false)
        #expect(report.entries.map(\.name) == ["near", "far"])
        #expect(report.entries.map(\.status) == [.due, .ok])
        #expect(report.entries.map(\.daysLeft) == [19, 89])
        #expect(report.entries.map(\.kind) == [.certificate, .certificate])
        #expect(report.entries.map(\.location) == ["state: near", "state: far"])
        #expect(report.entries.map(\.serial) == [leaves[1].serial, leaves[0].serial])
        #expect(report.hasFinding)
        var later = self.report(at: now.addingTimeInterval(21 * 86_400))
        later.add(leaves, in: "state", includesSuperseded: false)
        #expect(later.entries.first?.status == .expired)
        #expect(later.entries.first?.daysLeft == -2)
    }

    @Test func `the end of the time belongs to it`() async throws {
        let set = try await Fixture.authorities()
        let leaf = try issue("nas", days: 90, from: set)
        for (instant, status) in [
            (leaf.notAfter.addingTimeInterval(-30 * 86_400 - 1), ExpiryEntry.Status.ok),
            (leaf.notAfter.addingTimeInterval(-30 * 86_400), .due), (leaf.notAfter, .due),
            (leaf.notAfter.addingTimeInterval(1), .expired),
        ] {
            var report = report(at: instant)
            report.add([leaf], in: "state", includesSuperseded: false)
            #expect(report.entries.map(\.status) == [status])
            #expect(report.hasFinding == (status != .ok))
        }
    }

    @Test func `superseded and revoked certificates are not due`() async throws {
        let set = try await Fixture.authorities()
        let old = try issue("nas", days: 20, from: set)
        let new = try issue("nas", days: 90, from: set)
        var gone = try issue("gone", days: 20, from: set)
        gone.revokedAt = now
        var newest = report()
        newest.add([old, gone, new], in: "state", includesSuperseded: false)
        #expect(newest.entries.map(\.name) == ["gone", "nas"])
        #expect(newest.entries.map(\.status) == [.revoked, .ok])
        #expect(!newest.hasFinding)
        // A revoked one that lies in a file is the same certificate.
        newest.add(try CertificateFinder.find(in: gone.der, file: "f").found)
        #expect(newest.entries.filter { $0.location == "f" }.map(\.status) == [.revoked])
        #expect(!newest.hasFinding)
        var all = report()
        all.add([old, gone, new], in: "state", includesSuperseded: true)
        #expect(all.entries.count == 3)
        #expect(all.hasFinding)
    }

    @Test func `a list of the state is due only when nobody has made the next`() throws {
        let list = StoredRevocationList(
            issuerID: "issuing-1",
            number: 1,
            der: [],
            digest: [],
            thisUpdate: now,
            nextUpdate: now.addingTimeInterval(86_400)
        )
        var fresh = report()
        fresh.add([list], in: "state")
        #expect(fresh.entries.map(\.status) == [.ok])
        var lapsed = ExpiryReport(within: .days(30), now: now.addingTimeInterval(2 * 86_400))
        lapsed.add([list], in: "state")
        #expect(lapsed.entries.map(\.status) == [.expired])
        #expect(lapsed.hasFinding)
    }

    @Test func `authorities count until they are retired`() async throws {
        func authorities(_ generation: Int) throws -> [StoredAuthority] {
            try Fixture.plan().firstAuthorities(now: now, random: SystemRandomSource()).map { authority in
                var authority = authority
                authority.generation = generation
                authority.id = "\(authority.role.rawValue)-\(generation)"
                return authority
            }
        }
        let (first, second) = (try authorities(1), try authorities(2))
        func locations(_ kept: [StoredAuthority], all: Bool = false) throws -> Set<String> {
            var report = report()
            try report.add(kept, in: "state", includesSuperseded: all)
            #expect(report.entries.allSatisfy { $0.kind == .authority })
            return Set(report.entries.map(\.location))
        }
        #expect(try locations(first) == ["state: root-1", "state: issuing-1", "state: cluster-1"])
        // A new root that issues nothing yet.
        let prepared = first + [second[0]]
        #expect(try locations(prepared) == ["state: root-1", "state: issuing-1", "state: cluster-1", "state: root-2"])
        // Leaves of the old one are still in use.
        #expect(try locations(first + second).count == 6)
        let retired = first.map { authority in
            var authority = authority
            authority.retiredAt = now
            return authority
        }
        #expect(try locations(retired + second) == ["state: root-2", "state: issuing-2", "state: cluster-2"])
        #expect(try locations(retired + second, all: true).count == 6)
    }
}
