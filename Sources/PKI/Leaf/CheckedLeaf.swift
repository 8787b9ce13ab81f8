//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import Lab
import Support

/// A leaf that its authority has found good: names that it may certify, a life within its own.
package struct CheckedLeaf: Sendable {
    /// What was asked for.
    package let request: LeafRequest
    let hosts: [AlternativeName]
    let validity: Validity
    /// The subject's common name.
    var commonName: String?

    /// The names as the certificate will show them.
    package var names: [String] { hosts.map(\.description) }
}

extension CertificateAuthority {
    /// Holds a request against what this authority may certify.
    ///
    /// Throws ``PKIError`` for names outside the constraints, for names that are none, and for a life that is too long.
    package func check(
        _ request: LeafRequest,
        outlivingIssuer: OutlivingIssuer = .refuse,
        now: Date
    ) throws(PKIError) -> CheckedLeaf {
        let hosts = try permittedHosts(request)
        return CheckedLeaf(
            request: request,
            hosts: hosts,
            validity: try leafValidity(request, outlivingIssuer, now: now),
            commonName: LeafProfile.commonName(hosts)
        )
    }

    private func permittedHosts(_ request: LeafRequest) throws(PKIError) -> [AlternativeName] {
        let hosts = try AlternativeName.list(request.hosts)
        guard !hosts.isEmpty else {
            throw PKIError(
                .nameInvalid,
                "the certificate \(request.name) names no host",
                remedy: "name one: kindling cert issue \(request.name) --host HOST"
            )
        }
        let outside = hosts.filter { !permitted.permits($0) }.map(\.description)
        guard outside.isEmpty else {
            throw PKIError(
                .nameNotPermitted,
                "\(outside.joined(separator: ", ")) of the certificate \(request.name) "
                    + "\(outside.count == 1 ? "lies" : "lie") outside what \(commonName) may certify (\(permitted))",
                remedy: "choose a name inside; a standing authority keeps its constraints, a new one takes those of "
                    + "authority.permitted in lab.yaml"
            )
        }
        return hosts
    }

    private func leafValidity(
        _ request: LeafRequest,
        _ outlivingIssuer: OutlivingIssuer,
        now: Date
    ) throws(PKIError) -> Validity {
        guard self.validity.notAfter > now else { throw expired }
        let lifetime = request.lifetime
        guard lifetime <= Validity.longestLeaf else {
            throw PKIError(
                .lifetimeTooLong,
                "the certificate \(request.name) would live \(lifetime.labText), "
                    + "and clients take \(Validity.longestLeaf.labText) at most",
                remedy: "set lifetime to \(Validity.longestLeaf.labText) or less"
            )
        }
        guard lifetime >= Validity.shortest else {
            throw PKIError(
                .lifetimeTooShort,
                "the certificate \(request.name) would live \(lifetime.labText), "
                    + "of which \(Validity.backdating.labText) lie in the past",
                remedy: "set lifetime to \(Validity.shortest.labText) or more"
            )
        }
        let validity = Validity(lifetime: lifetime, now: now)
        if validity.notAfter <= self.validity.notAfter { return validity }
        switch outlivingIssuer {
        case .shorten: return validity.ending(noLaterThan: self.validity.notAfter)
        case .refuse:
            throw PKIError(
                .lifetimeTooLong,
                "the certificate \(request.name) would live until \(validity.notAfter.ISO8601Format()), "
                    + "and its issuer \(commonName) ends on \(self.validity.notAfter.ISO8601Format())",
                remedy: "choose a shorter lifetime; what ends when: kindling ca show"
            )
        }
    }
}
