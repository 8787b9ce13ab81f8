//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// The shape of lab.yaml, key by key.
enum LabShape {
    static let lab = ObjectShape([
        Key("lab", .text(.label), required: true, "Short name of the lab, a DNS label."),
        Key("domain", .text(.dnsName), required: true, "The domain that the lab's names lie in."),
        Key("authority", .object(authority), "The lab's certificate authority."),
        Key("identity", .object(identity), required: true, "The identity provider."),
        Key("users", .objects(user), "People. Their passwords live in the state."),
        Key("clients", .objects(client), "Relying parties. Their secrets live in the state."),
        Key("certificates", .objects(certificate), "TLS certificates beside the issuer's own."),
        Key("secrets", .objects(secret), "Other secrets that a first boot needs, made once and kept in the state."),
        Key("cluster", .object(cluster), "The Kubernetes cluster that the nodes form."),
        Key("nodes", .objects(node), "The machines of the cluster; the first server listed is the first server."),
        Key("netboot", .object(netboot), "What listens for machines that boot from the network; absent: nothing."),
    ])

    static let authority = ObjectShape([
        Key("commonName", .text(.line), "Common name of the root; the lab's name and Root CA where absent."),
        Key("organization", .text(.line), "Organization in the names of the authority."),
        Key("keyType", .choice(KeyType.words), "Key of root and intermediates, p256 where absent."),
        Key("lifetime", .text(.duration), "Life of the root, 10y where absent; intermediates live 5y at most."),
        Key("leaf", .object(leaf), "What leaves are made like where they say nothing else."),
        Key(
            "permitted",
            .list(.text(.constraint), atLeast: 1),
            "Names and addresses inside which certificates may be issued; the domain where absent."
        ),
        Key("url", .text(.authorityURL), "Where CRL, CA certificate and trust page are found, if anywhere."),
        Key("listen", .text(.endpoint), "Plain-HTTP listener for these."),
    ])

    static let leaf = ObjectShape([
        Key("keyType", .choice(KeyType.words), "Key of leaves, p256 where absent."),
        Key("lifetime", .text(.duration), "Life of leaves, 90d where absent, at most 825d."),
    ])

    static let certificate = ObjectShape([
        Key("name", .text(.name), required: true, "Name of the certificate, and of its folder."),
        Key(
            "hosts",
            .list(.text(.certificateHost), atLeast: 1),
            required: true,
            "DNS names, IP addresses, e-mail addresses and URIs, their hosts inside what the authority permits."
        ),
        Key("profile", .choice(CertificateProfile.words), "What it is for, server where absent."),
        Key("keyType", .choice(KeyType.words), "Its key; authority.leaf.keyType where absent."),
        Key("lifetime", .text(.duration), "Its life; authority.leaf.lifetime where absent, at most 825d."),
    ])

    /// Characters that a secret may have.
    static let secretLength = 8...512

    static let secret = ObjectShape([
        Key("name", .text(.secretName), required: true, "Its name in the state."),
        Key("length", .integer(secretLength), "Number of characters, 32 where absent."),
        Key("alphabet", .choice(SecretSpec.Alphabet.words), "Its characters, base64url where absent."),
    ])
}

extension RawRepresentable where RawValue == String, Self: CaseIterable {
    /// The words that lab.yaml has for the cases.
    static var words: [String] { allCases.map(\.rawValue) }
}
