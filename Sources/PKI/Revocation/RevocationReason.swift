//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Why a certificate is revoked (RFC 5280, section 5.3.1), in the words of that section.
///
/// `certificateHold` and `removeFromCRL` are left out: what is revoked here stays revoked.
package enum RevocationReason: String, Sendable, Hashable, CaseIterable {
    case unspecified, keyCompromise, affiliationChanged, superseded, cessationOfOperation, privilegeWithdrawn
    /// Of an authority's own certificate.
    case cACompromise

    /// The number in a list's entry.
    var code: UInt8 {
        switch self {
        case .unspecified: 0
        case .keyCompromise: 1
        case .cACompromise: 2
        case .affiliationChanged: 3
        case .superseded: 4
        case .cessationOfOperation: 5
        case .privilegeWithdrawn: 9
        }
    }

    /// Whether somebody else may hold the key, so that it must not be certified again.
    package var isCompromise: Bool { self == .keyCompromise || self == .cACompromise }
}
