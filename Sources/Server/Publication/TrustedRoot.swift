//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import IdentityProvider
import Lab
import PKI

/// A root that clients must trust, with what its certificate says.
struct TrustedRoot: Sendable {
    let authority: Publication.Authority
    let summary: CertificateSummary
    /// Name of its files, without their ending: of the lab too, since it ends among the roots of others.
    let file: String

    /// Reads the root. Throws `PKIError` when it is no certificate.
    init(_ authority: Publication.Authority, of lab: Lab) throws(PKIError) {
        self.authority = authority
        summary = try CertificateSummary(der: authority.der)
        file = "\(lab.name)-\(authority.id)"
    }
}

extension TrustPage {
    /// The page about these roots.
    init(_ roots: [TrustedRoot], at address: PublishedAddress, site: Site) {
        self.init(
            site: site,
            url: address.quotable,
            roots: roots.map { Root($0, base: site.base) }
        )
    }
}

extension TrustPage.Root {
    fileprivate init(_ root: TrustedRoot, base: String) {
        let (from, until) = (root.summary.notBefore.formatted(.iso8601), root.summary.notAfter.formatted(.iso8601))
        self.init(
            id: root.authority.id,
            subject: root.summary.subject,
            fingerprint: root.summary.fingerprint,
            from: String(from.prefix(10)),
            fromISO: from,
            until: String(until.prefix(10)),
            untilISO: until,
            permitted: root.summary.permitted.map { [$0] } ?? [],
            file: root.file,
            path: "\(base)/\(root.authority.id)"
        )
    }
}
