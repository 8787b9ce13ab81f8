//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import SwiftASN1
import X509

/// Judges certificates and revocation lists by the rules that strict clients hold them to.
package enum CertificateLinter {
    /// Judges all that was found.
    ///
    /// - Parameters:
    ///   - findings: what was found; what could not be read is an error by itself.
    ///   - trusted: roots and other authorities that stand above, and are not judged.
    ///   - now: the time of the judgement.
    /// - Returns: what is wrong, in the order of the certificates; empty when all is well.
    package static func judge(
        _ findings: CertificateFinder.Findings,
        trusted: [FoundCertificate] = [],
        now: Date
    ) -> [LintFinding] {
        let parsed = findings.found.map(\.fields)
        let graph = CertificateGraph(parsed.compactMap { $0 } + trusted.compactMap(\.fields))
        let chains = SentChain.chains(findings.found.map(\.location), parsed)
        let judged = findings.found.indices.flatMap { index in
            let found = findings.found[index]
            if found.kind == .revocationList { return judge(list: found, graph, now: now) }
            guard let fields = parsed[index] else { return [] }
            return judge(fields, graph, chains[index], now: now, at: found.location)
        }
        return judged + findings.unreadable.map { unreadable($0.reason, at: $0.location) }
    }

    /// Names of all rules with their severities, in the order in which they are asked.
    package static let rules: [(name: String, severity: LintFinding.Severity)] =
        certificateRules.map { ($0.name, $0.severity) } + OrderRules.all.map { ($0.name, $0.severity) }
        + RevocationListRules.all.map { ($0.name, $0.severity) } + [(unreadableRule, .error)]

    private static let certificateRules =
        CommonRules.all + AuthorityRules.all + ConstraintRules.all + LeafRules.all + ChainRules.all

    private static let unreadableRule = "unreadable"

    private static func judge(
        _ fields: CertificateFields,
        _ graph: CertificateGraph,
        _ chain: SentChain?,
        now: Date,
        at location: FoundCertificate.Location
    ) -> [LintFinding] {
        let subject = graph.subject(fields, now: now)
        var findings = certificateRules.flatMap { $0.findings(subject, at: location) }
        if let chain { findings += OrderRules.all.flatMap { $0.findings(chain, at: location) } }
        // What no rule above knows, and yet no strict parser takes.
        if !findings.contains(where: { $0.severity == .error }), fields.isOfKnownAlgorithms,
            let reason = fields.refusal
        {
            findings.append(unreadable(reason, at: location))
        }
        return findings
    }

    private static func judge(list found: FoundCertificate, _ graph: CertificateGraph, now: Date) -> [LintFinding] {
        guard let fields = found.list else { return [] }
        let subject = RevocationListSubject(
            fields: fields,
            authorities: graph.authorities(named: fields.issuer, keyIdentifier: fields.keyIdentifier),
            now: now
        )
        return RevocationListRules.all.flatMap { $0.findings(subject, at: found.location) }
    }

    private static func unreadable(_ reason: String, at location: FoundCertificate.Location) -> LintFinding {
        LintFinding(rule: unreadableRule, severity: .error, message: reason, location: location)
    }
}

extension CertificateFields {
    /// Whether key and signature are of kinds that can be looked into here.
    fileprivate var isOfKnownAlgorithms: Bool { keyAlgorithm != nil && outerAlgorithm.known != nil }

    /// Why a strict parser refuses it; `nil` when it does not.
    fileprivate var refusal: String? {
        do {
            _ = try Certificate(derEncoded: der)
            return nil
        } catch {
            return "it is refused: \(error)"
        }
    }
}
