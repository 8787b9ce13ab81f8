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

/// Why a certificate is issued anew.
package enum RenewalReason: String, Sendable, Hashable {
    /// There is none, or its key is not here.
    case missing
    /// Most of its life is over.
    case due
    /// Its life has not begun, since it was issued while the clock was ahead.
    case notYetValid = "not-yet-valid"
    case revoked
    /// Another intermediate issues by now.
    case authority
    /// lab.yaml wants other names, another profile or key.
    case changed
    /// Somebody asked for it.
    case asked
}

/// When certificates are renewed without anybody asking.
package enum RenewalSchedule {
    /// The share of a life over which renewals are spread, so that certificates of one day are not all due in one minute.
    private static let spread = 1.0 / 20

    /// Two thirds of the life, and up to a twentieth of it later.
    ///
    /// How much is read off the serial number, so that it is random between certificates and the same at every look: a
    /// restart or a jump of the clock does not change it.
    package static func instant(for certificate: StoredCertificate) -> Date {
        let digits = certificate.serial.suffix(4)
        let share = Double(UInt16(digits, radix: 16) ?? 0) / Double(UInt16.max)
        let jitter = certificate.validity.length.seconds * spread * share
        return certificate.validity.renewal.addingTimeInterval(jitter.rounded(.down))
    }
}

extension LeafRequest {
    /// What a successor of a certificate is like that lab.yaml does not name.
    ///
    /// - Parameters:
    ///   - certificate: the one before.
    ///   - end: when its issuer ends. A certificate that ends then had its life cut short, and that is not handed down.
    ///   - usual: the life that a successor has in that case.
    package init(renewing certificate: StoredCertificate, ofIssuerEnding end: Date?, usual: Duration) {
        self.init(
            name: certificate.name,
            hosts: certificate.hosts,
            profile: certificate.profile,
            lifetime: certificate.notAfter == end ? usual : certificate.validity.length
        )
        key = certificate.keyType
    }
}
