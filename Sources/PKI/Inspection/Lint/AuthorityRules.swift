//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import X509

/// Rules for roots and intermediates.
enum AuthorityRules {
    static let all: [LintRule<LintSubject>] = [
        .error("basic-constraints-not-critical") { subject in
            guard subject.role != .leaf, subject.extensions.basicConstraints?.isCritical == false else { return nil }
            return "its basicConstraints are not critical"
        },
        .error("authority-key-usage-missing") { subject in
            guard subject.role != .leaf, subject.fields.find(.X509ExtensionID.keyUsage) == nil else { return nil }
            return "it has no keyUsage; Python from 3.13 on refuses what it issued"
        },
        .error("authority-key-usage-not-critical") { subject in
            guard subject.role != .leaf, subject.extensions.keyUsage?.isCritical == false else { return nil }
            return "its keyUsage is not critical"
        },
        .error("authority-cert-sign-missing") { subject in
            guard subject.role != .leaf, let usage = subject.extensions.keyUsage?.value, !usage.keyCertSign else {
                return nil
            }
            return "its keyUsage lacks keyCertSign"
        },
        .warning("authority-crl-sign-missing") { subject in
            guard subject.role != .leaf, let usage = subject.extensions.keyUsage?.value, !usage.cRLSign else {
                return nil
            }
            return "its keyUsage lacks cRLSign, so that it can revoke nothing"
        },
        .error("authority-subject-empty") { subject in
            subject.role != .leaf && subject.fields.subject.isEmpty ? "the authority has no name" : nil
        },
        .error("root-extended-key-usage") { subject in
            guard subject.role == .root, subject.fields.find(.X509ExtensionID.extendedKeyUsage) != nil else {
                return nil
            }
            return "a root has extendedKeyUsage"
        },
    ]
}
