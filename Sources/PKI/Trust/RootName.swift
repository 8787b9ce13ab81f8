//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import SwiftASN1
import X509

/// A readable name of a root that tells it from every other: `kidd-lab-root-ca-1a2b3c4d`.
package enum RootName {
    /// The common name in small letters, digits and hyphens, then the first eight digits of the fingerprint.
    ///
    /// Throws ``PKIError`` for what is no certificate.
    package static func text(_ certificate: [UInt8]) throws(PKIError) -> String {
        "\(try words(certificate))-\(Fingerprint.short(certificate))"
    }

    /// The common name alone, in small letters, digits and hyphens; `root` where nothing is left of it.
    package static func words(_ certificate: [UInt8]) throws(PKIError) -> String {
        let subject: DistinguishedName
        do {
            subject = try Certificate(derEncoded: certificate).subject
        } catch {
            throw PKIError(.certificateUnreadable, "cannot read a certificate: \(error)")
        }
        let words = (subject.commonName ?? "").lowercased().utf8
            .split { !(0x61...0x7a).contains($0) && !(0x30...0x39).contains($0) }
            .map { String(decoding: $0, as: UTF8.self) }
        let text = String(words.joined(separator: "-").prefix(longestWords))
        return text.isEmpty ? "root" : text
    }

    private static let longestWords = 48
}
