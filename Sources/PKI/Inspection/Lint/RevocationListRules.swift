//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import X509

/// A revocation list before its judges.
struct RevocationListSubject: Sendable {
    let fields: RevocationListFields
    /// The authorities at hand that bear its issuer's name.
    let authorities: [CertificateGraph.Entry]
    let now: Date
}

/// Rules for revocation lists (RFC 5280, section 5).
enum RevocationListRules {
    static let all: [LintRule<RevocationListSubject>] = [
        .error("list-out-of-date") { subject in
            guard let next = subject.fields.nextUpdate?.date, next < subject.now else { return nil }
            return "the next list was due on \(next.ISO8601Format())"
        },
        .error("list-without-next-update") { subject in
            subject.fields.nextUpdate == nil ? "it does not say when the next list is due" : nil
        },
        .error("list-without-number") { $0.fields.number == nil ? "it has no CRL number" : nil },
        .error("list-without-key-identifier") { subject in
            let isThere = subject.fields.extensions.contains { $0.oid == .X509ExtensionID.authorityKeyIdentifier }
            return isThere ? nil : "it has no authorityKeyIdentifier"
        },
        .error("list-algorithm-weak") { subject in
            let algorithm = subject.fields.algorithm
            return algorithm.isWeak ? "the signature rests on \(algorithm.words), which is broken" : nil
        },
        .error("list-signature-invalid") { subject in
            let fields = subject.fields
            let answers = subject.authorities.map {
                $0.fields.didSign(fields.signedBytes, fields.signature, fields.algorithm)
            }
            guard !answers.isEmpty, answers.allSatisfy({ $0 == false }) else { return nil }
            return "its signature is not that of \(fields.issuer.text)"
        },
    ]
}
