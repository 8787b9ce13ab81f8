//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials

/// The change of the root, as it is kept: from the root of one generation to that of the next.
package struct RootRotation: Sendable, Hashable {
    /// Generation of the new root; primary key.
    package var generation: Int
    package var preparedAt: Date
    package var switchedAt: Date?
    package var finishedAt: Date?

    package init(generation: Int, preparedAt: Date, switchedAt: Date? = nil, finishedAt: Date? = nil) {
        self.generation = generation
        self.preparedAt = preparedAt
        self.switchedAt = switchedAt
        self.finishedAt = finishedAt
    }

    /// How far a rotation is.
    package enum Phase: String, Sendable, CaseIterable {
        /// Both roots are trusted; the old one issues.
        case prepared
        /// Both roots are trusted; the new one issues.
        case switched
        /// The new root alone is trusted.
        case finished
    }

    package var phase: Phase {
        if finishedAt != nil { return .finished }
        return switchedAt == nil ? .prepared : .switched
    }
}

/// The key of one root, certified by another: who trusts the issuer follows the subject's signatures.
package struct CrossCertificate: Sendable, Hashable {
    /// ``StoredAuthority/id`` of the root whose name and key it shows.
    package var subjectID: String
    /// ``StoredAuthority/id`` of the root that signed it.
    package var issuerID: String
    /// DER.
    package var certificate: [UInt8]
    package var createdAt: Date

    package init(subjectID: String, issuerID: String, certificate: [UInt8], createdAt: Date) {
        self.subjectID = subjectID
        self.issuerID = issuerID
        self.certificate = certificate
        self.createdAt = createdAt
    }
}
