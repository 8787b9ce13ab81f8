//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// The whole of one `lab.yaml`, validated: the single source of truth, without a secret in it.
package struct Lab: Sendable {
    /// Short name of the lab, a DNS label.
    package var name: String
    /// The domain that the lab's names lie in.
    package var domain: String
    package var authority: Authority
    package var identity: Identity
    package var users: [User]
    package var clients: [Client]
    package var certificates: [CertificateSpec]
    package var secrets: [SecretSpec]
    package var cluster: Cluster?
    package var nodes: [ClusterNode]
    /// Absent: nothing of it listens.
    package var netboot: Netboot?

    /// The client of an id.
    package func client(_ id: String) -> Client? { clients.first { $0.id == id } }

    /// The first client of an app.
    package func client(of app: String) -> Client? { clients.first { $0.app?.id == app } }

    /// The server that the cluster begins with: the first one listed.
    package var firstServer: ClusterNode? { nodes.first { $0.role == .server } }

    /// Users who administer kindling.
    package var administrators: [User] {
        users.filter { !Set($0.groups).isDisjoint(with: identity.administrators) }
    }
}

/// `authority`: the lab's certificate authority.
package struct Authority: Sendable, Hashable {
    package var commonName: String
    package var organization: String?
    package var keyType: KeyType
    /// Life of the root; intermediates live five years or as long as the root, whichever is less.
    package var lifetime: Duration
    package var leafKeyType: KeyType
    package var leafLifetime: Duration
    /// Names and addresses inside which certificates may be issued.
    package var permitted: [NameConstraint]
    /// Where CRL, CA certificate and trust page are found, `http://` only.
    package var url: String?
    /// Plain-HTTP listener of `url`.
    package var listen: Endpoint?

    /// Whether a certificate for a name may be issued.
    package func permits(_ name: AlternativeName) -> Bool {
        name.host.map { host in permitted.contains { $0.permits(host) } } ?? false
    }

    /// What is permitted, for messages: `kidd.network, 192.168.1.0/24`.
    package var permittedText: String { permitted.map(\.description).joined(separator: ", ") }
}

/// What a key is made of.
package enum KeyType: String, Sendable, CaseIterable {
    case p256, p384, rsa3072, rsa4096, ed25519
}

/// A subtree of names (RFC 5280, section 4.2.1.10).
package enum NameConstraint: Sendable, Hashable, CustomStringConvertible {
    /// A DNS name and all below it; without a leading dot.
    case dns(String)
    /// A range of addresses.
    case address(AddressRange)

    /// Reads a DNS name or an address range; `nil` for anything else.
    package init?(_ text: String) {
        if let range = AddressRange(text) {
            self = .address(range)
        } else if HostName.isDNSName(text) {
            self = .dns(text)
        } else {
            return nil
        }
    }

    /// Whether a host lies in the subtree.
    package func permits(_ host: AlternativeName.Host) -> Bool {
        switch (self, host) {
        case (.address(let range), .address(let bytes)): range.contains(bytes)
        case (.dns(let name), .name(let host)): host == name || host.hasSuffix(".\(name)")
        default: false
        }
    }

    package var description: String {
        switch self {
        case .dns(let name): name
        case .address(let range): range.description
        }
    }
}

/// What a certificate is for.
package enum CertificateProfile: String, Sendable, CaseIterable {
    case server, client, both, peer
}

/// An entry of `certificates`.
package struct CertificateSpec: Sendable, Hashable {
    package var name: String
    /// DNS names, IP addresses, e-mail addresses and URIs.
    package var hosts: [String]
    package var profile: CertificateProfile
    package var keyType: KeyType
    package var lifetime: Duration
}

/// An entry of `secrets`: one that a first boot needs.
package struct SecretSpec: Sendable, Hashable {
    package var name: String
    /// Number of characters.
    package var length: Int
    package var alphabet: Alphabet

    package init(name: String, length: Int, alphabet: Alphabet) {
        self.name = name
        self.length = length
        self.alphabet = alphabet
    }

    /// The characters a generated secret is made of.
    package enum Alphabet: String, Sendable, CaseIterable {
        case base64url, hex, alphanumeric
    }
}
