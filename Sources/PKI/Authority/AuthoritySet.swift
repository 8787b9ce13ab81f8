//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Lab
package import Support

/// The authorities in use: root, kindling's own intermediate, and that of the lab's cluster.
package struct AuthoritySet: Sendable {
    package private(set) var root: CertificateAuthority
    /// Signs kindling's own leaves.
    package private(set) var issuing: CertificateAuthority
    /// Handed to cert-manager; `nil` when the lab has no cluster, or the cluster has none yet.
    package private(set) var cluster: CertificateAuthority?
    /// What clients must trust: all roots, of which there are two during a rotation.
    package let trust: TrustBundle
    /// The rotation of the root that is under way.
    package let rotation: RootRotation?

    /// Opens what is kept; `cluster` is the name of the lab's cluster, and `addresses` is what leaves say of it.
    ///
    /// Throws ``PKIError``: `pki.ca.missing` when nothing is kept, `pki.ca.broken` when it does not fit together.
    package init(
        _ archive: AuthorityArchive,
        cluster: String?,
        addresses: PublicationAddresses? = nil
    ) throws(PKIError) {
        let standing = archive.authorities.filter { $0.retiredAt == nil }
        guard let generation = standing.filter({ $0.role == .issuing }).map(\.generation).max(),
            let issuing = standing.last(where: { $0.role == .issuing && $0.generation == generation }),
            let root = standing.last(where: { $0.role == .root && $0.generation == generation })
        else {
            guard archive.authorities.isEmpty else {
                throw PKIError(
                    .authorityBroken,
                    "the state holds a certificate authority without its root or intermediate",
                    remedy: "put back your last backup of the state"
                )
            }
            throw PKIError(
                .authorityMissing,
                "there is no certificate authority yet",
                remedy: "make one: kindling ca create"
            )
        }
        let chains = archive.chains
        self.root = try CertificateAuthority(root)
        self.issuing = try CertificateAuthority(issuing, chain: chains.chain(of: issuing.id)).belonging(to: self.root)
        let kept = standing.last { $0.role == .cluster && $0.generation == generation && $0.cluster == cluster }
        if cluster != nil, let kept {
            self.cluster = try CertificateAuthority(kept, chain: chains.chain(of: kept.id)).belonging(to: self.root)
        } else {
            self.cluster = nil
        }
        trust = try TrustBundle(standing.filter { $0.role == .root }.map(\.certificate))
        rotation = archive.rotation
        self.root.addresses = addresses
        self.issuing.addresses = addresses
        self.cluster?.addresses = addresses
    }

    /// Opens the authority of a lab. Throws ``PKIError`` as ``init(_:cluster:)``, and what the store throws.
    package static func load(for lab: Lab, from store: any CertificateStore) async throws -> AuthoritySet {
        try AuthoritySet(
            await store.archive(),
            cluster: lab.cluster?.name,
            addresses: PublicationAddresses(url: lab.authority.url)
        )
    }

    /// Opens the authority of a lab and makes what is missing of it: all, or the intermediate of a new cluster.
    ///
    /// What stands is never changed, whatever lab.yaml says by now; ``differences(from:)`` tells. Of two commands that
    /// do this at the same time one makes it and both return it. Keys come from OpenSSL's generator, only serial
    /// numbers from `random`.
    package static func createIfAbsent(
        for lab: Lab,
        in store: any CertificateStore,
        now: Date,
        random: any RandomSource
    ) async throws -> AuthoritySet {
        try await createIfAbsent(AuthorityPlan(lab), in: store, now: now, random: random)
    }

    /// As ``createIfAbsent(for:in:now:random:)``, by a plan.
    package static func createIfAbsent(
        _ plan: AuthorityPlan,
        in store: any CertificateStore,
        now: Date,
        random: any RandomSource
    ) async throws -> AuthoritySet {
        let archive = try await store.archive()
        let missing = try plan.missing(in: archive, now: now, random: random)
        if missing.isEmpty { return try plan.open(archive) }
        do {
            try await store.add(authorities: missing)
        } catch let error as PKIError where error.code == .authorityExists {
            // Another command was faster; its authority is as good.
        }
        return try plan.open(await store.archive())
    }

    /// What a plan wants otherwise than the standing root has it, one line each. An authority keeps its subject, key
    /// type and constraints for life; the next root takes those of the plan.
    package func differences(from plan: AuthorityPlan) throws(PKIError) -> [String] {
        var lines: [String] = []
        let commonName = plan.commonName(.root, ordinal: root.generation)
        if commonName != root.commonName {
            lines.append("authority.commonName is \(commonName), the root's is \(root.commonName)")
        }
        if plan.keyType.algorithm != root.algorithm {
            lines.append("authority.keyType is \(plan.keyType.algorithm), the root's is \(root.algorithm)")
        }
        let permitted = try PermittedNames(plan.permitted)
        if permitted != root.permitted {
            lines.append("authority.permitted is \(permitted), the root's is \(root.permitted)")
        }
        return lines
    }
}

extension AuthorityPlan {
    /// Makes the first authorities: root, issuing intermediate, and that of the cluster. The caller keeps them.
    ///
    /// Throws ``PKIError`` for names that cannot be permitted and a life that cannot be.
    package func firstAuthorities(now: Date, random: any RandomSource) throws(PKIError) -> [StoredAuthority] {
        let stored = try makeRoot(generation: 1, now: now, random: random)
        var root = try CertificateAuthority(stored)
        root.addresses = addresses
        return [stored] + (try makeIntermediates(under: root, in: AuthorityArchive(), now: now, random: random))
    }

    /// Makes the intermediates of a root: the issuing one, and that of the cluster if there is one.
    func makeIntermediates(
        under root: CertificateAuthority,
        in archive: AuthorityArchive,
        now: Date,
        random: any RandomSource
    ) throws(PKIError) -> [StoredAuthority] {
        var made: [StoredAuthority] = []
        for role in [AuthorityRole.issuing] + (cluster == nil ? [] : [.cluster]) {
            let ordinal = nextOrdinal(role, in: archive)
            made.append(try makeIntermediate(role, ordinal: ordinal, under: root, now: now, random: random))
        }
        return made
    }

    /// The authorities that stand, as the plan means them.
    func open(_ archive: AuthorityArchive) throws(PKIError) -> AuthoritySet {
        try AuthoritySet(archive, cluster: cluster, addresses: addresses)
    }

    /// The authorities to make so that all of the plan stands.
    fileprivate func missing(
        in archive: AuthorityArchive,
        now: Date,
        random: any RandomSource
    ) throws(PKIError) -> [StoredAuthority] {
        if archive.authorities.isEmpty { return try firstAuthorities(now: now, random: random) }
        let standing = try open(archive)
        if cluster == nil || standing.cluster != nil { return [] }
        let ordinal = nextOrdinal(.cluster, in: archive)
        return [try makeIntermediate(.cluster, ordinal: ordinal, under: standing.root, now: now, random: random)]
    }
}
