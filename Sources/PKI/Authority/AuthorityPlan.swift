//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab

/// What an authority shall be like; all but the randomness and the time.
package struct AuthorityPlan: Sendable {
    /// CN of the root.
    package var commonName: String
    /// O of all subjects.
    package var organization: String?
    package var keyType: KeyType
    /// Life of the root.
    package var lifetime: Duration
    /// Constraints of root and intermediates.
    package var permitted: [NameConstraint]
    /// The cluster that gets an intermediate of its own, if there is one.
    package var cluster: String?
    /// Where lists of revoked certificates and the authorities' certificates are found, if anywhere.
    package var addresses: PublicationAddresses?

    package init(
        commonName: String,
        organization: String? = nil,
        keyType: KeyType = .p256,
        lifetime: Duration,
        permitted: [NameConstraint],
        cluster: String? = nil,
        addresses: PublicationAddresses? = nil
    ) {
        self.commonName = commonName
        self.organization = organization
        self.keyType = keyType
        self.lifetime = lifetime
        self.permitted = permitted
        self.cluster = cluster
        self.addresses = addresses
    }

    /// The authority that a lab.yaml asks for.
    package init(_ lab: Lab) {
        self.init(
            commonName: lab.authority.commonName,
            organization: lab.authority.organization,
            keyType: lab.authority.keyType,
            lifetime: lab.authority.lifetime,
            permitted: lab.authority.permitted,
            cluster: lab.cluster?.name,
            addresses: PublicationAddresses(url: lab.authority.url)
        )
    }

    /// Primary key of an authority in the state. A cluster's holds its name, so that another cluster gets another one.
    ///
    /// The ordinal of a root is its generation; that of an intermediate how many of its role, and of its cluster, were
    /// made up to it.
    func id(_ role: AuthorityRole, ordinal: Int) -> String {
        guard role == .cluster, let cluster else { return "\(role.rawValue)-\(ordinal)" }
        return "\(role.rawValue)-\(cluster)-\(ordinal)"
    }

    /// CN of an authority. No two authorities have the same: the hash-named files of roots would collide, and revocation
    /// lists are found by their issuer's name. So the ordinal stays whole, and what is too long for the rest is cut.
    func commonName(_ role: AuthorityRole, ordinal: Int) -> String {
        var base = commonName
        for ending in [" CA", " Root"] where role != .root && base.hasSuffix(ending) && base != ending {
            base.removeLast(ending.count)
        }
        let suffix = ordinal == 1 ? "" : " \(ordinal)"
        let kind =
            switch role {
            case .root: ""
            case .issuing: " Issuing CA"
            case .cluster: " Cluster CA \(cluster ?? "")"
            }
        // At most 64 characters (RFC 5280, appendix A.1, ub-common-name), of which the first is the base's.
        let ending = kind.prefix(63 - suffix.count) + suffix
        return String(base.prefix(64 - ending.count) + ending)
    }

    /// The ordinal of the next intermediate of a role, for this plan's cluster.
    func nextOrdinal(_ role: AuthorityRole, in archive: AuthorityArchive) -> Int {
        archive.authorities.count { $0.role == role && (role != .cluster || $0.cluster == cluster) } + 1
    }
}
