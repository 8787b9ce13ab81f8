//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
package import FoundationEssentials
import Support

/// The revocation lists of all authorities, made anew when something was revoked and before they end.
package struct RevocationListService: Sendable {
    private let store: any CertificateStore

    /// How long a list holds.
    package static let life = Duration.days(7)
    /// The age from which a list is replaced, long before verifiers refuse it.
    package static let renewal = Duration.days(1)

    package init(store: any CertificateStore) {
        self.store = store
    }

    /// The list of every authority whose certificate has not ended, retired ones too, in the order of their making.
    ///
    /// A kept list is given where it is fresh and holds what is revoked now; otherwise the next number is made and kept.
    /// Where another process has kept that number with other entries, all is read again: of two that know different
    /// things, the one that knows more comes last. Throws ``PKIError``, and what the store throws.
    package func lists(now: Date) async throws -> [StoredRevocationList] {
        while true {
            if let lists = try await look(now: now) { return lists }
            try Task.checkCancellation()
        }
    }

    /// The lists by one look at the store; `nil` when another process was faster with one that says something else.
    private func look(now: Date) async throws -> [StoredRevocationList]? {
        let archive = try await store.archive()
        let leaves = try await store.certificates().filter { $0.revokedAt != nil }
        let kept = try await store.revocationLists()
        var lists: [StoredRevocationList] = []
        for stored in archive.authorities {
            let authority = try CertificateAuthority(stored)
            guard authority.validity.contains(now) else { continue }
            let encoded = Array(
                try entries(of: stored, in: archive, leaves: leaves, now: now).map(\.encoded).joined()
            )
            let digest = Array(SHA256.hash(data: encoded))
            let last = kept.first { $0.issuerID == authority.id }
            let list = try await list(authority, encoded, digest, kept: last, now: now)
            guard list.digest == digest else { return nil }
            lists.append(list)
        }
        return lists
    }

    private func list(
        _ authority: CertificateAuthority,
        _ encoded: [UInt8],
        _ digest: [UInt8],
        kept: StoredRevocationList?,
        now: Date
    ) async throws -> StoredRevocationList {
        if let kept, kept.digest == digest, kept.thisUpdate <= now,
            now < kept.thisUpdate.addingTimeInterval(Self.renewal.seconds), now < kept.nextUpdate
        {
            return kept
        }
        let validity = Validity(lifetime: Self.life, now: now).ending(noLaterThan: authority.validity.notAfter)
        let number = (kept?.number ?? 0) + 1
        return try await store.keep(
            StoredRevocationList(
                issuerID: authority.id,
                number: number,
                der: try RevocationListEncoder(authority: authority).list(encoded, number: number, validity: validity),
                digest: digest,
                thisUpdate: validity.notBefore,
                nextUpdate: validity.notAfter
            )
        )
    }

    /// What an authority has revoked: leaves, or as a root its intermediates, and what it has certified of a root that
    /// nobody must trust any more. An entry stays for the life of a list after its certificate has expired (RFC 5280,
    /// section 3.3).
    private func entries(
        of authority: StoredAuthority,
        in archive: AuthorityArchive,
        leaves: [StoredCertificate],
        now: Date
    ) throws(PKIError) -> [RevokedEntry] {
        let limit = now.addingTimeInterval(-Self.life.seconds)
        var entries: [RevokedEntry] = []
        for leaf in leaves where leaf.issuerID == authority.id && leaf.notAfter >= limit {
            guard let instant = leaf.revokedAt else { continue }
            entries.append(
                RevokedEntry(serial: leaf.serial, revokedAt: instant, reason: leaf.revocationReason ?? .unspecified)
            )
        }
        guard authority.role == .root else { return entries }
        for child in archive.authorities where child.role != .root && child.generation == authority.generation {
            guard let instant = child.revokedAt else { continue }
            let summary = try CertificateSummary(der: child.certificate)
            guard summary.notAfter >= limit else { continue }
            entries.append(
                RevokedEntry(serial: summary.serial, revokedAt: instant, reason: child.revocationReason ?? .unspecified)
            )
        }
        let retired = Dictionary(archive.authorities.map { ($0.id, $0.retiredAt) }) { $1 }
        for cross in archive.crossCertificates where cross.issuerID == authority.id {
            guard let instant = retired[cross.subjectID] ?? nil else { continue }
            let summary = try CertificateSummary(der: cross.certificate)
            guard summary.notAfter >= limit else { continue }
            entries.append(RevokedEntry(serial: summary.serial, revokedAt: instant, reason: .superseded))
        }
        return entries
    }
}
