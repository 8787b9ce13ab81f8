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

/// What a certificate has to be so that it may be trusted as a root.
package enum TrustAnchor {
    /// Throws ``PKIError`` for what is no certificate of an authority that may sign certificates (RFC 5280, sections
    /// 4.2.1.3 and 4.2.1.9), or is not valid at the time.
    package static func check(_ certificate: [UInt8], now: Date) throws(PKIError) {
        let summary = try CertificateSummary(der: certificate)
        guard summary.isAuthority, signsCertificates(certificate) else {
            throw PKIError(
                .anchorUnfit,
                "\(summary.title) is no certificate of an authority that signs certificates",
                remedy: "take the root, on the lab's machine: kindling ca export"
            )
        }
        guard summary.notBefore <= now, now <= summary.notAfter else {
            throw PKIError(
                .anchorUnfit,
                "\(summary.title) is not valid now: from \(summary.notBefore.day) to \(summary.notAfter.day)",
                remedy: "look at the clock: date"
            )
        }
    }

    private static func signsCertificates(_ certificate: [UInt8]) -> Bool {
        let extensions = try? Certificate(derEncoded: certificate).extensions
        return (try? extensions?.keyUsage?.keyCertSign) == true
    }
}
