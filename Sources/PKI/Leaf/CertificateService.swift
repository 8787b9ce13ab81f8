//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import Lab
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

    /// The standing certificate of a name, or a new one when there is need, see ``need(for:standing:now:)``.
    ///
    /// A new one keeps the key as ``renew(_:standing:rekey:now:)`` does, and never outlives its issuer, but ends with it.
    /// Throws ``PKIError``, and what the store throws.
    package func ensure(_ request: LeafRequest, now: Date) async throws -> StoredCertificate {
        let standing = try await store.latestCertificate(named: request.name)
        if let standing, try need(for: request, standing: standing, now: now) == nil { return standing }
        return try await renew(request, standing: standing, now: now)
    }

    /// Issues a successor. It never outlives its issuer, but ends with it.
    ///
    /// - Parameters:
    ///   - request: what it shall be like.
    ///   - standing: the one before; its key is kept where it is of the kind that is asked for, unless it was revoked as
    ///     compromised. So a file with the key stays as it is, and the certificate's alone changes.
    ///   - rekey: whether to make a new key in any case.
    ///   - now: the present.
    /// - Returns: what was issued and is in the inventory.
    /// - Throws: ``PKIError``, and what the store throws.
    package func renew(
        _ request: LeafRequest,
        standing: StoredCertificate?,
        rekey: Bool = false,
        now: Date
    ) async throws -> StoredCertificate {
        let issuer = authorities.issuing
        guard issuer.validity.notBefore <= now else {
            throw PKIError(
                .clockWrong,
                "the clock says \(now.ISO8601Format()), and the authority \(issuer.commonName) was made later "
                    + "(\(issuer.validity.notBefore.ISO8601Format()))",
                remedy: "set the clock: timedatectl set-ntp true"
            )
        }
        let isKept =
            !rekey && standing?.keyType == request.key && standing?.revocationReason?.isCompromise != true
        let issued = try issuer.issue(
            request,
            privateKey: isKept ? standing?.privateKey : nil,
            outlivingIssuer: .shorten,
            now: now,
            random: random
        )
        try await store.add(certificate: issued)
        return issued
    }

    /// Why a new certificate is needed; `nil` when the standing one is good.
    ///
    /// - Parameters:
    ///   - request: what is wanted.
    ///   - standing: the newest of its name.
    ///   - due: from when on its age is a reason; two thirds of its life where nothing is given.
    ///   - now: the present.
    /// - Returns: the reason.
    /// - Throws: ``PKIError`` for names that are none.
    package func need(
        for request: LeafRequest,
        standing: StoredCertificate?,
        due: Date? = nil,
        now: Date
    ) throws(PKIError) -> RenewalReason? {
        guard let standing, standing.privateKey != nil else { return .missing }
        if standing.revokedAt != nil { return .revoked }
        let issuer = authorities.issuing
        if standing.issuerID != issuer.id { return .authority }
        let hosts = try AlternativeName.list(request.hosts).map(\.description)
        let isAlike =
            standing.profile == request.profile && standing.keyType == request.key
            && standing.hosts == hosts
        if !isAlike { return .changed }
        // Issued while the clock was ahead: nobody accepts it before its time.
        if standing.notBefore > now { return .notYetValid }
        // One that ends with its issuer cannot be renewed to any use while it lives.
        if standing.notAfter == issuer.validity.notAfter, standing.validity.contains(now) { return nil }
        return now >= due ?? standing.validity.renewal ? .due : nil
    }
}
