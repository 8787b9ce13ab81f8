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

/// Every parser of this module that reads what others wrote. A new one gets a line in ``PKIFuzz/targets``.
@Suite(.serialized) struct FuzzTests {
    @Test(arguments: PKIFuzz.names)
    func `a parser takes damaged input`(name: String) async throws {
        let targets = try await PKIFuzz.targets()
        #expect(targets.map(\.name) == PKIFuzz.names)
        let target = try #require(targets.first { $0.name == name })
        let fault = try Fuzzing(targets: targets.count).run(target)
        #expect(fault == nil)
    }

    @Test func `a fault of a parser is found and can be repeated`() throws {
        struct Crash: Error {}
        let target = FuzzTarget("bad", corpus: [Array("seed".utf8)]) { input in
            if input.contains(0xff) { throw Crash() }
            return 0
        }
        let first = try #require(try Fuzzing(targets: 1).run(target))
        #expect(first.contains("throws Crash"))
        #expect(try Fuzzing(targets: 1).run(target) == first)
        let greedy = FuzzTarget("greedy", corpus: [[1]]) { _ in 1 << 20 }
        #expect(try Fuzzing(targets: 1).run(greedy)?.contains("1048576 bytes") == true)
    }
}

private enum PKIFuzz {
    static let names = [
        "PEM", "finder", "manifests", "certificate", "revocation list", "request", "signing request", "private key",
        "keystore", "lint", "trust bundle", "name", "batch",
    ]

    static func targets() async throws -> [FuzzTarget] {
        let set = try await Fixture.authorities()
        let leaf = try set.issuing.issue(Fixture.request(), now: Fixture.now, random: SeededRandomSource(seed: 1))
        let ders = [set.root.der, set.issuing.der, leaf.der]
        let issuer = try CertificateFinder.find(in: set.issuing.der, file: "issuing").found
        let names = [
            "*.nas.kidd.network", "192.168.1.9", "fd00::1", "bücher.kidd.network", "xn--bcher-kva.kidd.network",
            "spiffe://kidd.network/nas", "admin@kidd.network",
        ]
        let requests = [try request(), Array(Encoding.pem("CERTIFICATE REQUEST", try request()).utf8)]
        let batch =
            "certificates:\n- {name: nas, hosts: [nas.kidd.network, 192.168.1.9], keyType: p384, lifetime: 30d}\n"
        let lab = try LabDecoder.decode(
            text:
                "{lab: a, domain: kidd.network, identity: {issuer: 'https://dex.kidd.network', address: 192.168.1.66}}",
            file: "lab.yaml"
        )
        let texts = [leaf.fullChainPEM, set.root.pem].map { Array($0.utf8) }
        return [
            FuzzTarget("PEM", corpus: texts) { input in
                try PEM.split(String(decoding: input, as: UTF8.self), file: "f").reduce(0) { $0 + $1.count }
            },
            FuzzTarget("finder", corpus: texts + ders + [revocationList, try request()], parse: find),
            FuzzTarget("manifests", corpus: [manifests(leaf.fullChainPEM, set.root)], parse: find),
            FuzzTarget("certificate", corpus: ders) { input in
                let summary = try CertificateSummary(der: input)
                return "\(summary)".utf8.count
            },
            FuzzTarget("revocation list", corpus: [revocationList]) { input in
                let summary = try RevocationListSummary(der: input)
                return "\(summary)".utf8.count
            },
            FuzzTarget("request", corpus: [try request()]) { input in
                let summary = try RequestSummary(der: input)
                return "\(summary)".utf8.count
            },
            FuzzTarget("signing request", corpus: requests) { try SigningRequest($0, file: "f").names.count },
            FuzzTarget("private key", corpus: try privateKeys(leaf)) { input in
                try PrivateKeyFile.read(input, name: "f") { Secret("a passphrase") }.publicKey.count
            },
            FuzzTarget("keystore", corpus: [try TrustBundle([set.root.der]).pkcs12(password: Secret("changeit"))]) {
                try PKCS12.certificates(in: $0, password: Secret("changeit")).reduce(0) { $0 + $1.count }
            },
            FuzzTarget("lint", corpus: ders) { input in
                let findings = try CertificateFinder.find(in: input, file: "f")
                let judged = CertificateLinter.judge(findings, trusted: issuer, now: Fixture.now)
                return judged.reduce(0) { $0 + $1.message.utf8.count }
            },
            FuzzTarget("trust bundle", corpus: ders) { try TrustBundle([$0]).hashedNames.count },
            FuzzTarget("name", corpus: names.map { Array($0.utf8) }) {
                // Refused with a problem for whoever knows the place of the text.
                let name = try? AlternativeName(String(decoding: $0, as: UTF8.self))
                return name?.description.utf8.count ?? 0
            },
            FuzzTarget("batch", corpus: [Array(batch.utf8)]) { input in
                let text = String(decoding: input, as: UTF8.self)
                return try LabDecoder.certificates(text: text, file: "f", of: lab).certificates.count
            },
        ]
    }

    /// Plain, and under a passphrase with few rounds, as OpenSSL's command writes it when it is told so.
    private static func privateKeys(_ leaf: StoredCertificate) throws -> [[UInt8]] {
        let plain = try #require(leaf.privateKeyPEM?.expose())
        let folder = try TemporaryFolder()
        let file = try folder.write(plain, to: "tls.key")
        let encrypt = "openssl pkcs8 -topk8 -iter 1000 -passout 'pass:a passphrase' -in \(file)"
        let traditional = "openssl pkey -traditional -in \(file)"
        return [plain, Tool.shell(encrypt).output, Tool.shell(traditional).output].map { Array($0.utf8) }
    }

    private static func request() throws -> [UInt8] {
        let names = try ExtensionRequest(
            extensions: Certificate.Extensions { SubjectAlternativeNames([.dnsName("nas.kidd.network")]) }
        )
        let request = try CertificateSigningRequest(
            version: .v1,
            subject: DistinguishedName { CommonName("nas.kidd.network") },
            privateKey: Certificate.PrivateKey(P256.Signing.PrivateKey()),
            attributes: CertificateSigningRequest.Attributes([.init(names)])
        )
        var serializer = DER.Serializer()
        try serializer.serialize(request)
        return serializer.serializedBytes
    }

    @Sendable private static func find(_ input: [UInt8]) throws -> Int {
        let findings = try CertificateFinder.find(in: input, file: "f")
        return findings.found.reduce(0) { $0 + $1.der.count }
            + findings.unreadable.reduce(0) { $0 + $1.reason.utf8.count }
    }

    private static func manifests(_ pem: String, _ root: CertificateAuthority) -> [UInt8] {
        let text = """
            kind: List
            items:
            - kind: Secret
              metadata: {name: a, namespace: b}
              data: {tls.crt: \(Encoding.base64(Array(pem.utf8))), ca.crt: \(Encoding.base64(root.der))}
            - kind: ConfigMap
              metadata: {name: c}
              data:
                ca.crt: |
            \(root.pem.split(separator: "\n").map { "      \($0)\n" }.joined())
            """
        return Array(text.utf8)
    }

    /// An empty revocation list of version 2, with a number, that no key signed.
    private static let revocationList: [UInt8] =
        Encoding.bytes(
            base64: "MF0wSwIBATAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAF4Fw0yNjExMjExMjAwMDBaFw0yNjExMjgxMjAwMDBaoA4wDDAKBgNV"
                + "HRQEAwIBCjAKBggqhkjOPQQDAgMCAAA="
        ) ?? []
}
