//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials

/// One line of an expiry report.
package struct ExpiryEntry: Sendable, Hashable {
    /// What it is.
    package enum Kind: String, Sendable, Hashable {
        /// An authority of the lab.
        case authority = "ca"
        /// A certificate of the inventory.
        case certificate
        /// A revocation list, whose end is when the next one is due.
        case revocationList = "crl"
        /// A certificate in a file.
        case found
    }

    /// What there is to do about it.
    package enum Status: String, Sendable, Hashable {
        case expired, due, ok
        /// Revoked: its end is of no more interest.
        case revoked
    }

    package let kind: Kind
    /// Inventory name, or the subject; the issuer of a revocation list.
    package let name: String
    /// Where it stands: an entry of the state, or a place in a file.
    package let location: String
    /// Lower-case hexadecimal; `nil` for a revocation list.
    package let serial: String?
    /// `nil` for a revocation list that promises no next one.
    package let end: Date?
    /// Whole days from now, negative when it is over; `nil` without an end.
    package let daysLeft: Int?
    package let status: Status
}
