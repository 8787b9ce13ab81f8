//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
import FoundationEssentials
import Lab
import OpenSSL
import PKI
import Support
import SwiftASN1
import TestSupport
import Testing
import X509

@Suite struct SigningRequestTests {
    private let random = SystemRandomSource()
    private let key = P256.Signing.PrivateKey()

    /// A request of swift-certificates' making.
    private func request(
        subject: DistinguishedName = DistinguishedName(),
        names: [GeneralName] = [.dnsName("nas.kidd.network")],
        extensions: [Certificate.Extension] = [],
        attributes: [CertificateSigningRequest.Attribute] = []
    ) throws -> [UInt8] {
        var all = extensions
        if !names.isEmpty { all.append(try Certificate.Extension(SubjectAlternativeNames(names), critical: false)) }
        var list = CertificateSigningRequest.Attributes(attributes)
        if !all.isEmpty {
            try list.insert(.init(ExtensionRequest(extensions: Certificate.Extensions(all))))
        }
        let made = try CertificateSigningRequest(
            version: .v1,
            subject: subject,
            privateKey: Certificate.PrivateKey(key),
            attributes: list,
            signatureAlgorithm: .ecdsaWithSHA256
        )
        var serializer = DER.Serializer()
        try serializer.serialize(made)
        return serializer.serializedBytes
    }

    private func issue(_ bytes: [UInt8], profile: CertificateProfile = .server) async throws -> StoredCertificate {
        let signing = try SigningRequest(bytes, file: "nas.csr")
        let set = try await Fixture.authorities()
        let request = LeafRequest(
            name: "nas",
            hosts: signing.names.map(\.description),
            profile: profile,
            lifetime: .days(90)
        )
        let leaf = try set.issuing.check(request, now: Fixture.now)
        return try LeafIssuer(set.issuing).issue(leaf, for: signing, random: random)
    }

    @Test func `a certificate has the key and the names of the request, and nothing else of it`() async throws {
        let names: [GeneralName] = [
            .dnsName("NAS.kidd.network"), .ipAddress(ASN1OctetString(contentBytes: [192, 168, 1, 9])),
            .uniformResourceIdentifier("spiffe://kidd.network/nas"), .rfc822Name("ada@kidd.network"),
        ]
        let bytes = try request(
            subject: DistinguishedName { CommonName("nas.kidd.network") },
            names: names,
            extensions: [
                Certificate.Extension(BasicConstraints.isCertificateAuthority(maxPathLength: nil), critical: true),
                Certificate.Extension(KeyUsage(keyCertSign: true), critical: true),
                Certificate.Extension(ExtendedKeyUsage([.codeSigning, .serverAuth]), critical: false),
                Certificate.Extension(oid: [1, 2, 3, 4], critical: true, value: [0x05, 0x00]),
            ]
        )
        let issued = try await issue(bytes)
        #expect(issued.privateKey == nil)
        #expect(issued.keyType == .p256)
        #expect(
            issued.hosts == ["nas.kidd.network", "192.168.1.9", "spiffe://kidd.network/nas", "ada@kidd.network"]
        )
        let certificate = try Certificate(derEncoded: issued.der)
        #expect(certificate.publicKey == Certificate.PublicKey(key.publicKey))
        #expect(certificate.subject.description == "CN=nas.kidd.network")
        #expect(try certificate.extensions.basicConstraints == .notCertificateAuthority)
        #expect(try certificate.extensions.keyUsage == KeyUsage(digitalSignature: true))
        #expect(try CertificateSummary(der: issued.der).usages == ["serverAuth"])
        #expect(certificate.extensions[oid: [1, 2, 3, 4]] == nil)
        let notices = try SigningRequest(bytes, file: "nas.csr").notices(for: .server)
        #expect(
            notices == [
                "the extension 1.2.3.4", "the wish to be a certificate authority",
                "the key usage keyCertSign, since the key decides",
                "the extended key usage codeSigning, serverAuth, since the profile server decides",
            ]
        )
    }

    @Test func `what an honest request says is not told`() throws {
        let bytes = try request(
            subject: DistinguishedName { CommonName("nas.kidd.network") },
            extensions: [
                Certificate.Extension(BasicConstraints.notCertificateAuthority, critical: true),
                Certificate.Extension(KeyUsage(digitalSignature: true), critical: true),
                Certificate.Extension(ExtendedKeyUsage([.clientAuth, .serverAuth]), critical: false),
            ]
        )
        #expect(try SigningRequest(bytes, file: "nas.csr").notices(for: .peer).isEmpty)
    }

    @Test func `of the subject only a common name that is one of the names is kept`() async throws {
        let two: [GeneralName] = [.dnsName("nas.kidd.network"), .dnsName("tv.kidd.network")]
        let kept = try request(subject: DistinguishedName { CommonName("TV.kidd.network") }, names: two)
        #expect(try Certificate(derEncoded: await issue(kept).der).subject.description == "CN=tv.kidd.network")
        let other = try request(
            subject: DistinguishedName {
                OrganizationName("Evil")
                CommonName("bank.example")
            },
            names: two
        )
        #expect(try Certificate(derEncoded: await issue(other).der).subject.description == "CN=nas.kidd.network")
        #expect(
            try SigningRequest(other, file: "f").notices(for: .server) == [
                "the subject \"CN=bank.example,O=Evil\" but for its common name",
                "the common name \"bank.example\", which is none of the names",
            ]
        )
    }

    @Test func `the common name is the name where there is no other, if it is a DNS name`() async throws {
        let bytes = try request(subject: DistinguishedName { CommonName("nas.kidd.network") }, names: [])
        #expect(try await issue(bytes).hosts == ["nas.kidd.network"])
        for name in ["Ada Lovelace", "192.168.1.9", "ada@kidd.network"] {
            let bytes = try request(subject: DistinguishedName { CommonName(name) }, names: [])
            #expect(try SigningRequest(bytes, file: "f").names.isEmpty)
        }
    }

    @Test(arguments: [
        [GeneralName.dnsName("nas.example.org")], [.ipAddress(ASN1OctetString(contentBytes: [10, 0, 0, 1]))],
        [.dnsName("nas.kidd.network"), .rfc822Name("ada@example.org")],
        [.uniformResourceIdentifier("spiffe://example.org/a")],
    ])
    func `a name outside the constraints is refused`(names: [GeneralName]) async throws {
        let bytes = try request(names: names)
        await #expect { try await issue(bytes) } throws: { code($0) == .nameNotPermitted }
    }

    @Test(arguments: [
        [GeneralName.dnsName("192.168.1.9")], [.dnsName("spiffe://kidd.network/a")], [.dnsName("ada@kidd.network")],
        [.rfc822Name("nas.kidd.network")], [.rfc822Name("kidd.network:")],
        [.uniformResourceIdentifier("nas.kidd.network")],
        [.uniformResourceIdentifier("urn:a")], [.ipAddress(ASN1OctetString(contentBytes: [192, 168, 1]))],
        [.ipAddress(ASN1OctetString(contentBytes: [192, 168, 1, 0, 255, 255, 255, 0]))], [.dnsName("")],
        [.dnsName("a b")],
        [.dnsName("xn--a.kidd.network")], [.dnsName(String(repeating: "a.", count: 400_000))],
        (0...1_000).map { .dnsName("h\($0).kidd.network") }, (0..<50_000).map { .dnsName("h\($0).kidd.network") },
    ])
    func `a name that is not what it says, and too many, are refused`(names: [GeneralName]) throws {
        let bytes = try request(names: names)
        #expect { try SigningRequest(bytes, file: "f") } throws: {
            code($0) == .nameInvalid || code($0) == .requestUnreadable
        }
    }

    @Test func `names of other kinds and attributes are told and left out`() throws {
        let bytes = try request(
            names: [
                .directoryName(DistinguishedName { CommonName("a") }), .dnsName("nas.kidd.network"),
                .registeredID([1, 2, 3]), .directoryName(DistinguishedName { CommonName("b") }),
            ],
            attributes: [
                .init(oid: [1, 2, 840, 113_549, 1, 9, 7], values: [try ASN1Any(erasing: ASN1UTF8String("word"))])
            ]
        )
        let signing = try SigningRequest(bytes, file: "f")
        #expect(signing.names == [.dns("nas.kidd.network")])
        #expect(
            signing.notices(for: .server) == [
                "a directory name among the names", "the registered identifier 1.2.3 among the names",
                "the attribute 1.2.840.113549.1.9.7",
            ]
        )
    }

    @Test func `a request that its key has not signed is refused`() throws {
        var bytes = try request()
        let place = try #require(bytes.firstRange(of: Array("nas.kidd.network".utf8)))
        bytes.replaceSubrange(place, with: Array("tvs.kidd.network".utf8))
        #expect { try SigningRequest(bytes, file: "f") } throws: { error in
            code(error) == .requestRefused
                && (error as? PKIError)?.message.contains("not signed by its own key") == true
        }
    }

    @Test func `too many attributes and extensions are refused, and quickly`() throws {
        let many = (0..<20_000).map { index in
            Certificate.Extension(oid: [1, 3, 6, 1, UInt(index)], critical: false, value: [0x05, 0x00])
        }
        // Put together by hand: the library takes minutes to.
        let extensions = try many.map { each in
            var serializer = DER.Serializer()
            try serializer.serialize(each)
            return serializer.serializedBytes
        }
        func element(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
            let count = contents.count
            let length = [UInt8(0x83), UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255)]
            return [tag]
                + (count < 128
                    ? [UInt8(count)]
                    : count < 256
                        ? [0x81, UInt8(count)]
                        : count < 65_536 ? [0x82, UInt8(count >> 8), UInt8(count & 255)] : length) + contents
        }
        let type: [UInt8] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e]
        let list = element(0x30, Array(extensions.joined()))
        let attribute = element(0x30, type + element(0x31, list))
        let key = Array(self.key.publicKey.derRepresentation)
        func request(_ attributes: [UInt8]) -> [UInt8] {
            let info = element(0x30, [0x02, 0x01, 0x00, 0x30, 0x00] + key + element(0xa0, attributes))
            return element(
                0x30,
                info + [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02, 0x03, 0x01, 0x00]
            )
        }
        let other = element(0x30, [0x06, 0x02, 0x2a, 0x03] + element(0x31, []))
        for attributes in [
            attribute, Array(repeatElement(other, count: 30_000).joined()), attribute + attribute,
            element(0x30, type + element(0x31, Array(repeatElement([0x05, 0x00], count: 50_000).joined()))),
        ] {
            let began = ContinuousClock.now
            #expect { try SigningRequest(request(attributes), file: "f") } throws: { code($0) == .requestUnreadable }
            #expect(ContinuousClock.now - began < .seconds(20))
        }
    }

    @Test func `huge values inside of a request are read in time`() throws {
        let began = ContinuousClock.now
        let subject = try DistinguishedName { for index in 0..<5_000 { OrganizationName("o\(index)") } }
        let long = try SigningRequest(try request(subject: subject), file: "f").notices(for: .server)
        #expect(long.joined().utf8.count < 2_000)
        #expect(ContinuousClock.now - began < .seconds(40))
    }

    @Test func `damaged and huge files are refused`() throws {
        let bytes = try request()
        let pem = Encoding.pem("CERTIFICATE REQUEST", bytes)
        #expect(try SigningRequest(Array(pem.utf8), file: "f").names == [.dns("nas.kidd.network")])
        #expect(
            try SigningRequest(
                Array(pem.replacing("BEGIN ", with: "BEGIN NEW ").replacing("END ", with: "END NEW ").utf8),
                file: "f"
            ).names.count == 1
        )
        for count in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: PKIError.self) { try SigningRequest(Array(bytes.prefix(count)), file: "f") }
        }
        let deep = Array(repeatElement([0x30, 0x80] as [UInt8], count: 100_000).joined())
        for hostile in [
            [], [0x30], deep, Array(repeating: 0x30, count: 1 << 20), Array(repeating: 0x61, count: (1 << 20) + 1),
            Array((pem + pem).utf8), Array(Encoding.pem("CERTIFICATE", bytes).utf8), Array(pem.utf8.dropLast(40)),
            Array(Encoding.pem("CERTIFICATE REQUEST", bytes + [0]).utf8), bytes + [0],
        ] as [[UInt8]] {
            #expect { try SigningRequest(hostile, file: "f") } throws: { code($0) == .requestUnreadable }
        }
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0xff
            _ = try? SigningRequest(changed, file: "f")
        }
    }

    @Test(
        .enabled(if: Tool.isInstalled("openssl")),
        arguments: [
            ("EC -pkeyopt ec_paramgen_curve:P-256", "p256"), ("EC -pkeyopt ec_paramgen_curve:P-384", "p384"),
            ("ED25519", "ed25519"), ("RSA -pkeyopt rsa_keygen_bits:2048", "rsa2048"),
            ("RSA -pkeyopt rsa_keygen_bits:4096", "rsa4096"),
            ("EC -pkeyopt ec_paramgen_curve:P-521", nil), ("EC -pkeyopt ec_paramgen_curve:secp256k1", nil),
            ("RSA -pkeyopt rsa_keygen_bits:1024", nil), ("RSA -pkeyopt rsa_keygen_bits:512", nil),
        ]
    )
    func `requests of openssl are taken by the kind of their key`(options: String, kind: String?) async throws {
        let folder = try TemporaryFolder()
        let made = Tool.shell(
            "cd \(folder.path) && openssl genpkey -algorithm \(options) -out key && openssl req -new -key key -subj /O=x "
                + "-addext subjectAltName=DNS:nas.kidd.network -outform DER -out csr"
        )
        try #require(made.status == 0, "\(made.output)")
        let bytes = try Files.read("\(folder.path)/csr")
        guard let kind else {
            #expect { try SigningRequest(bytes, file: "f") } throws: {
                code($0) == .requestRefused || code($0) == .requestUnreadable
            }
            return
        }
        let issued = try await issue(bytes)
        #expect("\(issued.keyType)" == kind)
        let file = try folder.write(issued.pem, to: "crt")
        let same = Tool.shell(
            "cd \(folder.path) && openssl x509 -in \(file) -noout -pubkey >a && openssl pkey -in key -pubout | cmp - a"
        )
        #expect(same.status == 0, "\(same.output)")
    }
}
