//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import X509

/// Rules for a certificate and those above it, as far as they are at hand.
enum ChainRules {
    static let all: [LintRule<LintSubject>] = [
        .error("signature-invalid") { subject in
            let named = subject.issuers.filter(\.isOfKeyIdentifier)
            guard !named.isEmpty, named.allSatisfy({ $0.didSign == false }),
                !subject.issuers.contains(where: { $0.didSign == true })
            else { return nil }
            return "its signature is not that of its issuer \(subject.fields.issuer.text)"
        },
        .error("key-identifier-differs") { subject in
            let signers = subject.issuers.filter { $0.didSign == true }
            guard !signers.isEmpty, !signers.contains(where: \.isOfKeyIdentifier) else { return nil }
            return "its authorityKeyIdentifier is not the subjectKeyIdentifier of its issuer"
        },
        .error("issuer-not-authority") { subject in
            guard !subject.fields.isSelfIssued, !subject.likelyIssuers.isEmpty,
                !subject.likelyIssuers.contains(where: { $0.extensions.isAuthority })
            else { return nil }
            return "its issuer \(subject.fields.issuer.text) is no certificate authority"
        },
        .error("outlives-issuer") { subject in
            // One issuer that lives as long is enough: the same authority may be there with an older certificate.
            guard let end = subject.likelyIssuers.map(\.fields.notAfter.date).max(),
                subject.fields.notAfter.date > end
            else { return nil }
            return
                "it ends on \(subject.fields.notAfter.date.ISO8601Format()), after its issuer on \(end.ISO8601Format())"
        },
        .error("path-too-long") { subject in
            guard subject.role == .intermediate, !subject.likelyIssuers.isEmpty,
                subject.likelyIssuers.allSatisfy({ $0.extensions.pathLength == 0 })
            else { return nil }
            return "its issuer has pathlen 0 and may issue leaves only"
        },
        .errors("outside-constraints") { subject in
            guard subject.role != .root else { return [] }
            return subject.ancestors.flatMap { ancestor in
                guard let constraints = ancestor.extensions.nameConstraints?.value else { return [String]() }
                return (subject.extensions.alternativeNames?.value ?? []).compactMap(constraints.objection)
                    .map { "\($0) of the names that \(ancestor.fields.subject.text) may certify" }
            }
        },
    ]
}
