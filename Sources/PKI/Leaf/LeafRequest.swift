//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab
package import OpenSSL

/// A leaf that someone wants.
package struct LeafRequest: Sendable, Hashable {
    /// Inventory name.
    package var name: String
    /// DNS names, `*.` wildcards, IP addresses, e-mail addresses and URIs, as written.
    package var hosts: [String]
    package var profile: CertificateProfile
    /// What its key is made of; one that is there already may be of a kind that is not made here.
    package var key: KeyAlgorithm
    /// The whole life, backdating included; at most ``Validity/longestLeaf``.
    package var lifetime: Duration

    package init(
        name: String,
        hosts: [String],
        profile: CertificateProfile = .server,
        keyType: KeyType = .p256,
        lifetime: Duration
    ) {
        self.name = name
        self.hosts = hosts
        self.profile = profile
        key = keyType.algorithm
        self.lifetime = lifetime
    }

    /// An entry of `certificates` of a lab.yaml.
    package init(_ spec: CertificateSpec) {
        self.init(
            name: spec.name,
            hosts: spec.hosts,
            profile: spec.profile,
            keyType: spec.keyType,
            lifetime: spec.lifetime
        )
    }

    /// The leaf of the identity provider itself, which lab.yaml does not name.
    package static func issuer(of lab: Lab) -> LeafRequest {
        LeafRequest(
            name: StoredCertificate.issuerName,
            hosts: [lab.identity.issuerHost],
            keyType: lab.authority.leafKeyType,
            lifetime: lab.authority.leafLifetime
        )
    }
}

/// What to do when a leaf would outlive its issuer, which no verifier reports before the day comes.
package enum OutlivingIssuer: Sendable {
    /// Refuse: somebody asked for just this life.
    case refuse
    /// End with the issuer: a renewal without anybody there to ask.
    case shorten
}
