//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Support

/// Changes the root, and intermediates, of an authority in steps that clients do not notice.
///
/// Each step is one transaction and can be repeated: what stands already is found, not made again. A process that is
/// killed anywhere leaves the state before or after a step, and the same command goes on from there.
package struct RotationService: Sendable {
    private let plan: AuthorityPlan
    private let store: any CertificateStore
    private let random: any RandomSource

    /// Rotates what is in `store`; new roots are made after `plan`, serial numbers come from `random`.
    package init(plan: AuthorityPlan, store: any CertificateStore, random: any RandomSource) {
        self.plan = plan
        self.store = store
        self.random = random
    }

    /// Makes the next root and certifies either root by the other.
    ///
    /// From then on both are in the trust bundle, and chains carry the certificate by which a client that trusts the new
    /// root alone accepts leaves of the old. The new root has key type, name and constraints of the plan. While a rotation
    /// is under way it is returned as it stands.
    ///
    /// A root that has ended is replaced without certificates between the two.
    ///
    /// What the new root certifies is what its clients accept, and whoever has the old key can keep that certificate. So it
    /// ends with the last leaf that can have been issued today.
    ///
    /// - Parameters:
    ///   - isLeaked: whether the old root's key is in the wrong hands. The new root does not certify it then: clients of
    ///     the new root alone accept nothing of the old.
    ///   - now: the present.
    /// - Returns: the rotation.
    /// - Throws: ``PKIError``; `pki.rotation.under-way` where the key is leaked and was certified before. What the store
    ///   throws.
    package func prepare(isLeaked: Bool = false, now: Date) async throws -> RootRotation {
        let archive = try await store.archive()
        if let rotation = archive.rotation {
            let new = archive.authorities.last { $0.role == .root && $0.generation == rotation.generation }
            guard !isLeaked || !archive.crossCertificates.contains(where: { $0.issuerID == new?.id }) else {
                throw PKIError(
                    .rotationUnderWay,
                    "a rotation is under way, and its new root has certified the old one",
                    remedy: "end it, then prepare the next: "
                        + "kindling ca rotate switch && kindling ca rotate finish --force "
                        + "&& kindling ca rotate prepare --leaked"
                )
            }
            return rotation
        }
        let old = try plan.open(archive).root
        let generation = archive.authorities.map(\.generation).max().map { $0 + 1 } ?? 1
        let stored = try plan.makeRoot(generation: generation, now: now, random: random)
        let new = try CertificateAuthority(stored)
        let rotation = RootRotation(generation: generation, preparedAt: now)
        var change = AuthorityChange(at: now)
        change.authorities = [stored]
        // A root that has ended leads nowhere: no client accepts what it has signed, whatever else certifies it.
        if old.validity.notAfter > now {
            change.crossCertificates = [try old.crossSign(new, now: now, random: random)]
            if !isLeaked {
                let limit = Validity(lifetime: Validity.longestLeaf, now: now).notAfter
                change.crossCertificates.append(try new.crossSign(old, limit: limit, now: now, random: random))
            }
        }
        change.rotation = rotation
        return try await apply(change) ?? rotation
    }

    /// Lets the new root issue: new intermediates below it, from which all leaves are issued from now on.
    ///
    /// Leaves of the old root stay valid and are reissued by ``CertificateService``. Once this is done it returns the
    /// rotation as it stands.
    ///
    /// Throws ``PKIError``: `pki.rotation.not-prepared` when there is none, and what the store throws.
    package func `switch`(now: Date) async throws -> RootRotation {
        let archive = try await store.archive()
        guard var rotation = archive.rotation else { throw notPrepared(archive) }
        guard rotation.phase == .prepared else { return rotation }
        guard let root = archive.authorities.last(where: { $0.role == .root && $0.generation == rotation.generation })
        else { throw PKIError(.authorityBroken, "the state holds a rotation without its new root") }
        rotation.switchedAt = now
        var change = AuthorityChange(at: now)
        var new = try CertificateAuthority(root)
        new.addresses = plan.addresses
        change.authorities = try plan.makeIntermediates(
            under: new,
            in: archive,
            now: now,
            random: random
        )
        change.rotation = rotation
        return try await apply(change) ?? rotation
    }

    /// What still hangs on the old root, and so keeps ``finish(now:)`` from being harmless.
    ///
    /// These are the leaves of the inventory that were issued below it and are neither expired nor revoked, also those
    /// that a newer one of the same name has superseded: a server may still show one.
    ///
    /// Throws ``PKIError`` as ``finish(now:)``, and what the store throws.
    package func remaining(now: Date) async throws -> [StoredCertificate] {
        let archive = try await store.archive()
        guard let rotation = archive.rotation, rotation.phase == .switched else { throw notSwitched(archive) }
        let old = Set(archive.authorities.filter { $0.generation < rotation.generation }.map(\.id))
        return try await store.certificates().filter {
            old.contains($0.issuerID) && $0.revokedAt == nil && $0.notAfter >= now
        }
    }

    /// Ends a rotation: the old root leaves the trust bundle, and cross certificates leave the chains.
    ///
    /// The old intermediates are revoked by the old root. The caller has looked at ``remaining(now:)`` before.
    ///
    /// Throws ``PKIError``: `pki.rotation.not-switched` when the new root does not issue yet, and what the store throws.
    package func finish(now: Date) async throws -> RootRotation {
        let archive = try await store.archive()
        guard var rotation = archive.rotation, rotation.phase == .switched else { throw notSwitched(archive) }
        rotation.finishedAt = now
        let old = archive.authorities.filter { $0.generation < rotation.generation }
        var change = AuthorityChange(at: now)
        change.retired = old.map(\.id)
        for intermediate in old where intermediate.role != .root { change.revoked[intermediate.id] = .superseded }
        change.rotation = rotation
        try await store.apply(change)
        return rotation
    }

    /// Replaces an intermediate under the standing root.
    ///
    /// The one before issues nothing any more; leaves of it stay valid, unless a reason is given for which its root revokes
    /// it.
    ///
    /// - Parameters:
    ///   - role: `issuing` or `cluster`.
    ///   - reason: why the one before is revoked; `nil` to leave it valid.
    ///   - now: the present.
    /// - Returns: the new one.
    /// - Throws: ``PKIError``; `pki.ca.missing` where there is no cluster. What the store throws.
    package func replaceIntermediate(
        _ role: AuthorityRole,
        revoking reason: RevocationReason?,
        now: Date
    ) async throws -> CertificateAuthority {
        let archive = try await store.archive()
        let standing = try plan.open(archive)
        guard let old = role == .cluster ? standing.cluster : standing.issuing else {
            throw PKIError(
                .authorityMissing,
                "there is no intermediate of a cluster",
                remedy: "name the cluster in lab.yaml, then: kindling ca create"
            )
        }
        let ordinal = plan.nextOrdinal(role, in: archive)
        let new = try plan.makeIntermediate(role, ordinal: ordinal, under: standing.root, now: now, random: random)
        var change = AuthorityChange(at: now)
        change.authorities = [new]
        change.retired = [old.id]
        if let reason { change.revoked[old.id] = reason }
        try await store.apply(change)
        return try CertificateAuthority(new, chain: try await store.archive().chains.chain(of: new.id))
    }

    /// Applies a change; when another process was faster, gives the rotation that it made.
    private func apply(_ change: AuthorityChange) async throws -> RootRotation? {
        do {
            try await store.apply(change)
            return nil
        } catch let error as PKIError where error.code == .authorityExists {
            return try await store.archive().rotation
        }
    }

    private func notPrepared(_ archive: AuthorityArchive) -> PKIError {
        PKIError(
            .rotationNotPrepared,
            archive.rotations.isEmpty
                ? "no rotation of the root is prepared" : "the last rotation of the root is finished",
            remedy: "kindling ca rotate prepare"
        )
    }

    private func notSwitched(_ archive: AuthorityArchive) -> PKIError {
        guard archive.rotation != nil else { return notPrepared(archive) }
        return PKIError(.rotationNotSwitched, "the old root still issues", remedy: "kindling ca rotate switch")
    }
}
