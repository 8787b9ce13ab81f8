//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import OpenSSL
import PKI
import Support
import SwiftASN1
import TestSupport
import Testing
import X509

/// The bytes that are signed, against those that swift-certificates makes of the same values.
@Suite struct LeafEncodingTests {
    private let random = SystemRandomSource()

    /// What swift-certificates says of a leaf: the TBSCertificate of the same content.
    private func expected(
        _ leaf: StoredCertificate,
        _ names: [GeneralName],
        commonName: String?,
        under issuer: CertificateAuthority
    ) throws -> [UInt8] {
        let parsed = try Certificate(derEncoded: leaf.der)
        let authority = try Certificate(derEncoded: issuer.der)
        var usages: [ExtendedKeyUsage.Usage] = leaf.profile == .client ? [] : [.serverAuth]
        if leaf.profile != .server { usages.append(.clientAuth) }
        let identifier = try #require(try authority.extensions.subjectKeyIdentifier?.keyIdentifier)
        var extensions = try Certificate.Extensions([
            Certificate.Extension(BasicConstraints.notCertificateAuthority, critical: true),
            Certificate.Extension(
                KeyUsage(digitalSignature: true, keyEncipherment: "\(leaf.keyType)".hasPrefix("rsa")),
                critical: true
            ),
            Certificate.Extension(ExtendedKeyUsage(usages), critical: false),
            Certificate.Extension(SubjectAlternativeNames(names), critical: commonName == nil),
            Certificate.Extension(SubjectKeyIdentifier(hash: parsed.publicKey), critical: false),
            Certificate.Extension(AuthorityKeyIdentifier(keyIdentifier: identifier), critical: false),
        ])
        // One of the two has no type in swift-certificates; both are held against OpenSSL elsewhere.
        for oid in [[2, 5, 29, 31], [1, 3, 6, 1, 5, 5, 7, 1, 1]] as [ASN1ObjectIdentifier] {
            if let published = parsed.extensions[oid: oid] { try extensions.append(published) }
        }
        let again = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(bytes: try #require(Encoding.bytes(hex: leaf.serial))),
            publicKey: try Certificate.PublicKey(derEncoded: KeyPair(privateKey: #require(leaf.privateKey)).publicKey),
            notValidBefore: leaf.notBefore,
            notValidAfter: leaf.notAfter,
            issuer: authority.subject,
            subject: try DistinguishedName { if let commonName { CommonName(commonName) } },
            extensions: extensions,
            issuerPrivateKey: try Certificate.PrivateKey(pemEncoded: issuer.privateKeyPEM.expose())
        )
        return Array(again.tbsCertificateBytes)
    }

    private func check(
        _ leaf: StoredCertificate,
        _ names: [GeneralName] = [.dnsName("nas.kidd.network")],
        commonName: String? = "nas.kidd.network",
        under issuer: CertificateAuthority
    ) throws {
        let certificate = try Certificate(derEncoded: leaf.der)
        #expect(
            Array(certificate.tbsCertificateBytes)
                == (try expected(leaf, names, commonName: commonName, under: issuer))
        )
        let authority = try Certificate(derEncoded: issuer.der)
        #expect(authority.publicKey.isValidSignature(certificate.signature, for: certificate))
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        #expect(serializer.serializedBytes == leaf.der)
    }

    @Test(arguments: KeyType.allCases)
    func `every key type of authority and leaf is encoded as swift-certificates encodes it`(
        keyType: KeyType
    ) async throws {
        let set = try await Fixture.authorities(Fixture.plan(keyType: keyType, cluster: nil))
        for profile in CertificateProfile.allCases {
            for leafType in [keyType, .p256] {
                let request = Fixture.request(profile: profile, keyType: leafType)
                try check(set.issuing.issue(request, now: Fixture.now, random: random), under: set.issuing)
            }
        }
    }

    @Test func `every kind of name is encoded as swift-certificates encodes it`() async throws {
        let set = try await Fixture.authorities(
            Fixture.plan(
                permitted: [
                    .dns("kidd.network"), .address(AddressRange(bytes: [10, 0, 0, 0], prefix: 8)),
                    .address(AddressRange(bytes: [0xfd] + [UInt8](repeating: 0, count: 15), prefix: 8)),
                ],
                cluster: nil
            )
        )
        let long = String(repeating: "a", count: 60) + ".kidd.network"
        let many = (0..<200).map { "host-\($0).kidd.network" }
        let cases: [(hosts: [String], names: [GeneralName], commonName: String?)] = [
            (["10.1.2.3"], [.ipAddress(ASN1OctetString(contentBytes: [10, 1, 2, 3]))], nil),
            (
                ["fd00::1", "nas.kidd.network"],
                [
                    .ipAddress(ASN1OctetString(contentBytes: ([0xfd] + [UInt8](repeating: 0, count: 14) + [1])[...])),
                    .dnsName("nas.kidd.network"),
                ],
                "nas.kidd.network"
            ),
            (
                ["spiffe://kidd.network/nas", "ada@kidd.network"],
                [.uniformResourceIdentifier("spiffe://kidd.network/nas"), .rfc822Name("ada@kidd.network")], nil
            ),
            (["bücher.kidd.network"], [.dnsName("xn--bcher-kva.kidd.network")], "xn--bcher-kva.kidd.network"),
            (["*.kidd.network"], [.dnsName("*.kidd.network")], "*.kidd.network"),
            ([long], [.dnsName(long)], nil),
            (many, many.map { .dnsName($0) }, many[0]),
        ]
        for (hosts, names, commonName) in cases {
            let leaf = try set.issuing.issue(Fixture.request(hosts), now: Fixture.now, random: random)
            try check(leaf, names, commonName: commonName, under: set.issuing)
        }
    }

    @Test(arguments: [
        // 1999-12-31 23:59:59, 2000-02-29, 2028-02-29, 2048-12-31, 2049-11-01, 2050-01-01 and 2100-03-01.
        946_684_799, 951_782_400, 1_835_395_200, 2_493_072_000, 2_519_337_600, 2_524_608_000, 4_107_542_400,
    ])
    func `every time is encoded as swift-certificates encodes it`(instant: Double) async throws {
        let now = Date(timeIntervalSince1970: instant)
        let set = try await Fixture.authorities(Fixture.plan(cluster: nil), now: now)
        for lifetime in [Duration.days(1), .days(61), .days(366), .days(800)] {
            try check(
                set.issuing.issue(Fixture.request(lifetime: lifetime), now: now, random: random),
                under: set.issuing
            )
        }
    }

    @Test func `serial numbers of any first octets are encoded as swift-certificates encodes them`() async throws {
        let set = try await Fixture.authorities(Fixture.plan(cluster: nil))
        for start in [[0x00, 0x00, 0x7f], [0x00, 0x80], [0x80], [0x7f], [0xff], [0x00, 0x00, 0x00, 0xff]] as [[UInt8]] {
            let fixed = FixedRandomSource(start: start)
            try check(set.issuing.issue(Fixture.request(), now: Fixture.now, random: fixed), under: set.issuing)
        }
    }

    @Test(.enabled(if: Tool.isInstalled("openssl")))
    func `leaves and intermediates tell where the list of revoked ones and the issuer are found`() async throws {
        var plan = Fixture.plan()
        plan.addresses = PublicationAddresses(url: "http://pki.kidd.network/base")
        let set = try await Fixture.authorities(plan)
        let leaf = try set.issuing.issue(Fixture.request(), now: Fixture.now, random: random)
        try check(leaf, under: set.issuing)
        for (der, issuer) in [(leaf.der, "issuing-1"), (set.issuing.der, "root-1"), (set.cluster?.der ?? [], "root-1")]
        {
            let text = try Fixture.dump(der)
            #expect(text.contains("URI:http://pki.kidd.network/base/crl/\(issuer).crl\n"), "\(text)")
            #expect(text.contains("CA Issuers - URI:http://pki.kidd.network/base/aia/\(issuer).cer\n"), "\(text)")
        }
        #expect(try !Fixture.dump(set.root.der).contains("URI:"))
        let access = try Certificate(derEncoded: leaf.der).extensions.authorityInformationAccess
        #expect(
            access?.map(\.location) == [
                .uniformResourceIdentifier("http://pki.kidd.network/base/aia/issuing-1.cer")
            ]
        )
    }
}

/// Random bytes that begin as told, for serial numbers of a chosen form.
private struct FixedRandomSource: RandomSource {
    let start: [UInt8]

    func bytes(_ count: Int) -> [UInt8] {
        Array((start + [UInt8](repeating: 0x55, count: count)).prefix(count))
    }
}
