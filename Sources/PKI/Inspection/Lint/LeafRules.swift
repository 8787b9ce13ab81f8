//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import OpenSSL
import Support
import SwiftASN1
import X509

/// Rules for certificates of servers and clients.
enum LeafRules {
    static let all: [LintRule<LintSubject>] = usages + names + lives

    private static let usages: [LintRule<LintSubject>] = [
        .warning("leaf-basic-constraints-not-critical") { subject in
            guard subject.isLeaf, subject.extensions.basicConstraints?.isCritical == false else { return nil }
            return "its basicConstraints are there and not critical"
        },
        .error("leaf-key-usage-missing") { subject in
            subject.isLeaf && subject.fields.find(.X509ExtensionID.keyUsage) == nil ? "it has no keyUsage" : nil
        },
        .warning("leaf-key-usage-not-critical") { subject in
            guard subject.isLeaf, subject.extensions.keyUsage?.isCritical == false else { return nil }
            return "its keyUsage is not critical"
        },
        .error("leaf-digital-signature-missing") { subject in
            guard subject.isLeaf, let usage = subject.extensions.keyUsage?.value, !usage.digitalSignature else {
                return nil
            }
            return "its keyUsage lacks digitalSignature, without which there is no TLS 1.3"
        },
        .error("leaf-key-encipherment") { subject in
            guard subject.isLeaf, let usage = subject.extensions.keyUsage?.value, usage.keyEncipherment,
                let algorithm = subject.fields.keyAlgorithm, !algorithm.canEncipher
            else { return nil }
            return "its keyUsage has keyEncipherment, which a key of the kind \(algorithm) cannot do"
        },
        .error("leaf-cert-sign") { subject in
            guard subject.isLeaf, let usage = subject.extensions.keyUsage?.value, usage.keyCertSign || usage.cRLSign
            else { return nil }
            return "its keyUsage has \(usage.keyCertSign ? "keyCertSign" : "cRLSign"), and it is no authority"
        },
        .error("extended-key-usage-missing") { subject in
            // One that cannot be read is the finding of another rule.
            let isUnreadable =
                subject.extensions.extendedKeyUsage == nil
                && subject.fields.find(.X509ExtensionID.extendedKeyUsage) != nil
            guard subject.isLeaf, !isUnreadable else { return nil }
            let usages = subject.extensions.extendedKeyUsage?.value
            if let usages, usages.contains(.serverAuth) || usages.contains(.clientAuth) { return nil }
            return "its extendedKeyUsage has neither serverAuth nor clientAuth"
        },
    ]

    private static let names: [LintRule<LintSubject>] = [
        .error("alternative-names-missing") { subject in
            guard subject.isLeaf, !subject.isClientOnly else { return nil }
            let isThere = subject.fields.find(.X509ExtensionID.subjectAlternativeName) != nil
            return isThere ? nil : "it has no subjectAltName, and clients look nowhere else"
        },
        .error("alternative-names-not-critical") { subject in
            guard subject.isLeaf, subject.fields.subject.isEmpty,
                subject.extensions.alternativeNames?.isCritical == false
            else { return nil }
            return "the subject is empty, so the subjectAltName has to be critical"
        },
        LintRule(name: "alternative-name-unusual", severity: .warning) { subject in
            guard subject.isLeaf else { return [] }
            return (subject.extensions.alternativeNames?.value ?? []).compactMap(oddity)
        },
        .error("common-name-not-listed") { subject in
            guard subject.isLeaf, !subject.isClientOnly, let names = subject.extensions.alternativeNames?.value,
                let name = subject.fields.subject.name.commonName
            else { return nil }
            let isListed = names.contains { $0.text.lowercased() == name.lowercased() }
            return isListed ? nil : "the common name \(name) is not among the alternative names"
        },
    ]

    private static let lives: [LintRule<LintSubject>] = [
        .error("life-over-825-days") { life($0, over: 825, because: "Apple's systems refuse it") },
        .warning("life-over-397-days") { subject in
            guard life(subject, over: 825, because: "") == nil else { return nil }
            return life(subject, over: 397, because: "Android refuses it where its own store holds the root")
        },
    ]

    /// What is wrong with the length of a server's certificate. Both ends belong to it.
    private static func life(_ subject: LintSubject, over days: Int, because reason: String) -> String? {
        guard subject.isLeaf, !subject.isClientOnly else { return nil }
        let life = Validity(notBefore: subject.fields.notBefore.date, notAfter: subject.fields.notAfter.date).length
        guard life > .days(days) else { return nil }
        return "it lives more than \(days) days, both ends counted; \(reason)"
    }

    private static func oddity(_ name: GeneralName) -> String? {
        switch name {
        case .dnsName(let text):
            guard case .dns = try? AlternativeName(text) else { return "the alternative name \(text) is no DNS name" }
            return nil
        case .ipAddress(let octets):
            return octets.bytes.count == 4 || octets.bytes.count == 16
                ? nil : "an alternative name is an address of \(octets.bytes.count) octets"
        default:
            return nil
        }
    }
}

extension KeyAlgorithm {
    /// Whether a session key can be enciphered for it.
    fileprivate var canEncipher: Bool {
        if case .rsa = self { true } else { false }
    }
}
