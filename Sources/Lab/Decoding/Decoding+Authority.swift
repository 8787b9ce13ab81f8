//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import YAML

extension Decoding {
    /// Apple's limit, for roots of one's own too.
    private static var longestLeaf: Duration { .seconds(825 * 86_400) }
    /// Android's limit where its system store holds the root.
    private static var longestLeafOnAndroid: Duration { .seconds(397 * 86_400) }

    /// Names that a certificate may hold.
    private static var mostHosts: Int { 1_000 }

    /// The inventory's name for the leaf of the identity provider.
    private static var issuerCertificate: String { "issuer" }

    mutating func authority(_ fields: Fields, lab: String, domain: String) -> Authority {
        let leaf = fields.object("leaf")
        let written = fields["permitted"] == nil ? [domain] : fields.texts("permitted")
        let permitted = written.compactMap { NameConstraint($0) }
        knowsPermitted = !permitted.isEmpty && permitted.count == written.count
        let authority = Authority(
            commonName: fields.text("commonName") ?? "\(lab) Root CA",
            organization: fields.text("organization"),
            keyType: fields.word("keyType", KeyType.self) ?? .p256,
            lifetime: fields.duration("lifetime") ?? .seconds(10 * 365 * 86_400),
            leafKeyType: leaf.word("keyType", KeyType.self) ?? .p256,
            leafLifetime: leaf.duration("lifetime") ?? .seconds(90 * 86_400),
            permitted: permitted,
            url: fields.text("url"),
            listen: fields.endpoint("listen")
        )
        for key in ["commonName", "organization"] {
            // RFC 5280, appendix A.1, ub-common-name and ub-organization-name.
            guard let text = fields.text(key), text.unicodeScalars.count > 64 else { continue }
            findings.error(fields[key], "\(fields.path(key)) has more than 64 characters")
        }
        check(fields, "lifetime", atLeast: .seconds(86_400), atMost: .seconds(100 * 365 * 86_400))
        warnOfEd25519(fields)
        checkLeaf(leaf, authority)
        return authority
    }

    mutating func certificates(_ entries: [Fields], _ authority: Authority) -> [CertificateSpec] {
        refuseDuplicates(entries, "name") { $0.lowercased() }
        for entry in entries {
            if entry.text("name")?.lowercased() == Self.issuerCertificate {
                findings.error(
                    entry["name"],
                    "\(entry.path("name")) is the name of the issuer's own certificate, which is implicit",
                    hint: "choose another name"
                )
            }
            checkLeaf(entry, authority)
            checkHosts(entry, authority)
        }
        return entries.map { entry in
            CertificateSpec(
                name: entry.text("name") ?? "",
                hosts: entry.texts("hosts"),
                profile: entry.word("profile", CertificateProfile.self) ?? .server,
                keyType: entry.word("keyType", KeyType.self) ?? authority.leafKeyType,
                lifetime: entry.duration("lifetime") ?? authority.leafLifetime
            )
        }
    }

    mutating func secrets(_ entries: [Fields]) -> [SecretSpec] {
        refuseDuplicates(entries, "name")
        return entries.map { entry in
            let spec = SecretSpec(
                name: entry.text("name") ?? "",
                length: entry.integer("length") ?? 32,
                alphabet: entry.word("alphabet", SecretSpec.Alphabet.self) ?? .base64url
            )
            if spec.length >= LabShape.secretLength.lowerBound, spec.length < spec.alphabet.lengthOf128Bits {
                findings.warning(
                    entry["length"] ?? entry.node,
                    "\(entry.path) has less than 128 bits",
                    hint: "\(spec.alphabet.rawValue) needs \(spec.alphabet.lengthOf128Bits) characters for them"
                )
            }
            return spec
        }
    }

    /// Reports a host that lies outside what the authority may issue.
    mutating func checkPermitted(_ host: String, _ authority: Authority, _ node: Node?, _ path: String) {
        guard knowsPermitted, let name = try? AlternativeName(host), !authority.permits(name) else { return }
        findings.error(
            node,
            "\(path) lies outside authority.permitted (\(authority.permittedText))",
            hint: name.host.map { "add \($0) to authority.permitted" }
        )
    }

    /// Reports names of a certificate that lie outside, or are not what their writer may take them for.
    private mutating func checkHosts(_ entry: Fields, _ authority: Authority) {
        let hosts = entry["hosts"]?.items ?? []
        if hosts.count > Self.mostHosts {
            findings.error(entry["hosts"], "\(entry.path("hosts")) has more than \(Self.mostHosts) names")
        }
        for (index, item) in hosts.enumerated() {
            guard let host = item.text else { continue }
            let path = "\(entry.path("hosts"))[\(index)]"
            checkPermitted(host, authority, item, path)
            guard host.hasPrefix("http"), let url = WebAddress(host), url.scheme.hasPrefix("http"), !url.host.isEmpty
            else { continue }
            findings.warning(item, "\(path) is a URL, and clients look for the host alone", hint: "write \(url.host)")
        }
    }

    private mutating func warnOfEd25519(_ fields: Fields) {
        guard fields.word("keyType", KeyType.self) == .ed25519 else { return }
        findings.warning(
            fields["keyType"],
            "\(fields.path("keyType")) is ed25519, which no browser takes in a certificate",
            hint: "use p256 for whatever a browser sees"
        )
    }

    private mutating func checkLeaf(_ fields: Fields, _ authority: Authority) {
        warnOfEd25519(fields)
        guard let lifetime = fields.duration("lifetime"), let node = fields["lifetime"] else { return }
        let path = fields.path("lifetime")
        if lifetime < .seconds(3_600) {
            findings.error(node, "\(path) is less than an hour")
        } else if lifetime > authority.lifetime {
            findings.error(node, "\(path) is longer than the root lives (\(authority.lifetime.labText))")
        } else if lifetime > Self.longestLeaf {
            findings.error(node, "\(path) is more than 825d, which Apple's systems refuse", hint: "90d is a good habit")
        } else if lifetime > Self.longestLeafOnAndroid {
            findings.warning(
                node,
                "\(path) is more than 397d, which Android refuses where its system store holds the root",
                hint: "90d is a good habit"
            )
        }
    }
}

extension SecretSpec.Alphabet {
    /// Characters that hold 128 random bits.
    var lengthOf128Bits: Int {
        switch self {
        case .base64url, .alphanumeric: 22
        case .hex: 32
        }
    }
}
