//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Support

/// Issues leaves and keeps the inventory of them.
package struct CertificateService: Sendable {
    private let authorities: AuthoritySet
    private let store: any CertificateStore
    private let random: any RandomSource

    /// Issues from the intermediate of `authorities` into `store`; serial numbers come from `random`.
    package init(authorities: AuthoritySet, store: any CertificateStore, random: any RandomSource) {
        self.authorities = authorities
        self.store = store
        self.random = random
    }

    /// Issues a certificate with a new key, whatever stands. One that would outlive its issuer is refused.
    ///
    /// Throws ``PKIError``, and what the store throws.
    package func issue(_ request: LeafRequest, now: Date) async throws -> StoredCertificate {
        try await add(authorities.issuing.issue(request, now: now, random: random))
    }

    /// The standing certificate of a name, or a new one when there is need.
    ///
    /// There is need when none stands, two thirds of its life are over, it is revoked, the authority is another by
    /// now, or the request has other hosts, another profile or key type than it. A new one never outlives its issuer,
    /// but ends with it. Throws ``PKIError``, and what the store throws.
    package func ensure(_ request: LeafRequest, now: Date) async throws -> StoredCertificate {
        if let standing = try await store.latestCertificate(named: request.name),
            try isGood(standing, for: request, now: now)
        {
            return standing
        }
        let new = try authorities.issuing.issue(request, outlivingIssuer: .shorten, now: now, random: random)
        return try await add(new)
    }

    private func add(_ certificate: StoredCertificate) async throws -> StoredCertificate {
        try await store.add(certificate: certificate)
        return certificate
    }

    private func isGood(
        _ standing: StoredCertificate,
        for request: LeafRequest,
        now: Date
    ) throws(PKIError) -> Bool {
        let issuer = authorities.issuing
        // One that ends with its issuer cannot be renewed to any use while it lives.
        let cannotLiveLonger = standing.notAfter == issuer.validity.notAfter && standing.validity.contains(now)
        let hosts = try AlternativeName.list(request.hosts).map(\.description)
        return standing.revokedAt == nil && standing.issuerID == issuer.id && standing.privateKey != nil
            && standing.profile == request.profile && standing.keyType == request.keyType && standing.hosts == hosts
            && (cannotLiveLonger || !standing.isDue(at: now))
    }
}
