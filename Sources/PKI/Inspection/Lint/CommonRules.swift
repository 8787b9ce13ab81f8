//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import OpenSSL
import SwiftASN1
import X509

/// Rules for every certificate (RFC 5280, sections 4.1 and 4.2).
enum CommonRules {
    static let all: [LintRule<LintSubject>] = fields + times + keys + extensions

    private static let fields: [LintRule<LintSubject>] = [
        .error("not-version-3") { subject in
            subject.fields.version == 3 ? nil : "it is of version \(subject.fields.version), which has no extensions"
        },
        .error("serial-not-positive") { subject in
            isPositive(subject) ? nil : "the serial number \(subject.fields.serialText) is not positive"
        },
        .error("serial-too-long") { subject in
            let count = subject.fields.serial.count
            return count > 20 ? "the serial number has \(count) octets, and 20 are allowed" : nil
        },
        .error("serial-too-short") { subject in
            let bits = bits(subject.fields.serial)
            guard isPositive(subject), bits < 56 else { return nil }
            return "the serial number has \(bits) bits; 64 random ones at least keep it from being guessed"
        },
        .error("issuer-empty") { $0.fields.issuer.isEmpty ? "the issuer has no name" : nil },
        .error("signature-algorithm-differs") { subject in
            let isSame = subject.fields.innerAlgorithm.encoded == subject.fields.outerAlgorithm.encoded
            return isSame ? nil : "the signature is of another algorithm than the certificate says"
        },
        .error("signature-algorithm-weak") { subject in
            let algorithm = subject.fields.outerAlgorithm
            return algorithm.isWeak ? "the signature rests on \(algorithm.words), which is broken" : nil
        },
        .warning("signature-algorithm-unusual") { subject in
            let algorithm = subject.fields.outerAlgorithm
            guard algorithm.known == nil, !algorithm.isWeak else { return nil }
            return "the signature is none of ECDSA, Ed25519 and RSA (PKCS#1) over SHA-2"
        },
    ]

    private static let times: [LintRule<LintSubject>] = [
        .errors("time-encoding") { subject in
            [("notBefore", subject.fields.notBefore), ("notAfter", subject.fields.notAfter)].compactMap { name, time in
                if time.hasFraction { return "\(name) names fractions of a second" }
                guard time.isGeneralized != (time.date >= year2050) else { return nil }
                return "\(name) is a \(time.isGeneralized ? "GeneralizedTime" : "UTCTime"): "
                    + "UTCTime goes through 2049, GeneralizedTime begins with 2050"
            }
        },
        .error("validity-reversed") { subject in
            subject.fields.notAfter.date < subject.fields.notBefore.date ? "it ends before it begins" : nil
        },
        .error("not-yet-valid") { subject in
            let begin = subject.fields.notBefore.date
            return begin > subject.now ? "it begins on \(begin.ISO8601Format())" : nil
        },
        .error("expired") { subject in
            let end = subject.fields.notAfter.date
            return end < subject.now ? "it ended on \(end.ISO8601Format())" : nil
        },
    ]

    private static let keys: [LintRule<LintSubject>] = [
        .error("key-too-short") { subject in
            guard case .rsa(let bits) = subject.fields.keyAlgorithm, bits < 2048 else { return nil }
            return "the RSA key has \(bits) bits, and clients want 2048 at least"
        },
        .warning("key-unusual") { subject in
            subject.fields.keyAlgorithm == nil ? "the key is none of P-256, P-384, Ed25519 and RSA" : nil
        },
        .error("subject-key-identifier-missing") { subject in
            let isThere = subject.fields.find(.X509ExtensionID.subjectKeyIdentifier) != nil
            return isThere || subject.fields.version < 3 ? nil : "it has no subjectKeyIdentifier"
        },
        .error("authority-key-identifier-missing") { subject in
            let isThere = subject.fields.find(.X509ExtensionID.authorityKeyIdentifier) != nil
            guard !isThere, subject.fields.version == 3, !subject.fields.isSelfIssued else { return nil }
            return "it has no authorityKeyIdentifier"
        },
        .error("authority-key-identifier-serial") { subject in
            guard let identifier = subject.extensions.authorityKeyIdentifier?.value,
                identifier.authorityCertIssuer != nil || identifier.authorityCertSerialNumber != nil
            else { return nil }
            return "its authorityKeyIdentifier names a certificate by issuer and serial number, "
                + "so that the authority cannot be issued anew under the same key"
        },
        .error("key-identifier-critical") { subject in
            let extensions = subject.extensions
            let isCritical =
                extensions.subjectKeyIdentifier?.isCritical == true
                || extensions.authorityKeyIdentifier?.isCritical == true
            return isCritical ? "a key identifier is critical" : nil
        },
    ]

    private static let extensions: [LintRule<LintSubject>] = [
        .errors("extension-malformed") { subject in
            subject.extensions.malformed.map { "the extension \($0) cannot be read" }
        },
        .errors("extension-repeated") { subject in
            var known: Set<ASN1ObjectIdentifier> = []
            return subject.fields.extensions.filter { !known.insert($0.oid).inserted }
                .map { "the extension \($0.oid) stands twice" }
        },
        .errors("extension-unknown-critical") { subject in
            subject.fields.extensions.filter { $0.critical && !understood.contains($0.oid) }
                .map { "the critical extension \($0.oid) is one that clients do not know" }
        },
    ]

    /// 2050-01-01 00:00:00 UTC.
    private static let year2050 = Date(timeIntervalSince1970: 2_524_608_000)

    /// Critical extensions that verifiers handle: those of RFC 5280, section 4.2.1.
    private static let understood: Set<ASN1ObjectIdentifier> = [
        .X509ExtensionID.basicConstraints, .X509ExtensionID.keyUsage, .X509ExtensionID.extendedKeyUsage,
        .X509ExtensionID.nameConstraints, .X509ExtensionID.subjectAlternativeName,
        .X509ExtensionID.subjectKeyIdentifier, .X509ExtensionID.authorityKeyIdentifier,
        [2, 5, 29, 31], [2, 5, 29, 32], [2, 5, 29, 33], [2, 5, 29, 36], [2, 5, 29, 54],
    ]

    private static func isPositive(_ subject: LintSubject) -> Bool {
        subject.fields.serial.first.map { $0 & 0x80 == 0 } == true && bits(subject.fields.serial) > 0
    }

    private static func bits(_ octets: [UInt8]) -> Int {
        let significant = octets.drop { $0 == 0 }
        return significant.first.map { significant.count * 8 - $0.leadingZeroBitCount } ?? 0
    }
}
