//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials

/// What an authority publishes: its certificates and the lists of what it has revoked. Nothing in here is secret.
package struct Publication: Sendable, Hashable {
    /// A certificate authority of the lab, as everybody may know it.
    package struct Authority: Sendable, Hashable {
        /// ``StoredAuthority/id``, for example `root-1`; part of the addresses of its certificate and list.
        package var id: String
        package var role: AuthorityRole
        package var generation: Int
        /// The certificate, DER.
        package var der: [UInt8]
        /// Whether it is a root that clients must trust now.
        package var isTrusted: Bool
        /// Whether it, or what it has issued, is still relied upon.
        package var isInUse: Bool

        package init(
            id: String,
            role: AuthorityRole,
            generation: Int,
            der: [UInt8],
            isTrusted: Bool,
            isInUse: Bool = true
        ) {
            self.id = id
            self.role = role
            self.generation = generation
            self.der = der
            self.isTrusted = isTrusted
            self.isInUse = isInUse
        }
    }

    /// A certificate revocation list (RFC 5280, section 5).
    package struct RevocationList: Sendable, Hashable {
        /// ``Authority/id`` of the authority that signed it.
        package var issuerID: String
        /// The list, DER.
        package var der: [UInt8]
        package var thisUpdate: Date
        /// When verifiers stop to believe it.
        package var nextUpdate: Date

        package init(issuerID: String, der: [UInt8], thisUpdate: Date, nextUpdate: Date) {
            self.issuerID = issuerID
            self.der = der
            self.thisUpdate = thisUpdate
            self.nextUpdate = nextUpdate
        }
    }

    /// All authorities, in the order of their making.
    package var authorities: [Authority]
    /// At most one for each authority.
    package var revocationLists: [RevocationList]
    /// ``Authority/id`` of the authority that signs leaves now.
    package var issuingID: String

    package init(authorities: [Authority], revocationLists: [RevocationList], issuingID: String) {
        self.authorities = authorities
        self.revocationLists = revocationLists
        self.issuingID = issuingID
    }

    /// What is kept of the authorities, all of them, and which of them are in use.
    package init(_ stored: [StoredAuthority], inUse: AuthoritySet, revocationLists: [RevocationList] = []) {
        self.init(
            authorities: stored.map { authority in
                Authority(
                    id: authority.id,
                    role: authority.role,
                    generation: authority.generation,
                    der: authority.certificate,
                    isTrusted: authority.role == .root && inUse.trust.certificates.contains(authority.certificate),
                    isInUse: authority.retiredAt == nil
                )
            },
            revocationLists: revocationLists,
            issuingID: inUse.issuing.id
        )
    }

    /// The roots that clients must trust now; two during a rotation.
    package var trustedRoots: [Authority] { authorities.filter(\.isTrusted) }
}
