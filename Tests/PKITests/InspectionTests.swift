//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import PKI
import Support
import TestSupport
import Testing

@Suite struct InspectionTests {
    @Test func `a summary says what the certificate says`() async throws {
        let set = try await Fixture.authorities()
        let hosts = ["nas.kidd.network", "192.168.1.9"]
        let leaf = try set.issuing.issue(Fixture.request(hosts), now: Fixture.now, random: SystemRandomSource())
        let summary = try CertificateSummary(der: leaf.der)
        #expect(summary.subject == "CN=nas.kidd.network")
        #expect(summary.issuer == "CN=Kidd Lab Issuing CA,O=kidd.network")
        #expect(summary.hosts == hosts)
        #expect(summary.serial == leaf.serial)
        #expect(summary.notBefore == leaf.notBefore)
        #expect(summary.notAfter == leaf.notAfter)
        #expect(summary.keyType == "p256")
        #expect(summary.fingerprint == Fingerprint.text(leaf.der))
        #expect(!summary.isAuthority)
        #expect(summary.permitted == nil)
        let root = try CertificateSummary(der: set.root.der)
        #expect(root.isAuthority)
        #expect(root.permitted == "kidd.network, 192.168.1.0/24")
        #expect(root.hosts.isEmpty)
        #expect(root.usages.isEmpty)
    }

    @Test(.enabled(if: Tool.isInstalled("openssl")))
    func `certificates of others can be read`() throws {
        let folder = try TemporaryFolder()
        let made = Tool.shell(
            "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=x' -keyout /dev/null "
                + "-addext 'subjectAltName=DNS:a.test,email:me@a.test,URI:https://a.test/x,IP:fd00::1' "
                + "-addext 'nameConstraints=permitted;email:a.test' -out \(folder.path)/x.pem"
        )
        #expect(made.status == 0, "\(made.output)")
        let text = String(decoding: try Files.read("\(folder.path)/x.pem"), as: UTF8.self)
        let summary = try CertificateSummary(der: try #require(try PEM.split(text, file: "x.pem").first))
        #expect(summary.hosts == ["a.test", "email:me@a.test", "uri:https://a.test/x", "fd00::1"])
        #expect(summary.keyType == "rsa2048")
        #expect(summary.permitted == nil)
    }

    @Test func `what is no certificate is refused`() {
        #expect { try CertificateSummary(der: [0x30, 0]) } throws: { code($0) == .certificateUnreadable }
    }
}

@Suite struct PEMTests {
    private let pem: String
    private let der: [UInt8]

    init() async throws {
        let set = try await Fixture.authorities(Fixture.plan(cluster: nil))
        pem = set.root.pem
        der = set.root.der
    }

    @Test func `certificates are found between blank lines and comments`() throws {
        let text = "# the lab\n\n\(pem)\n  # again\n\(pem)"
        #expect(try PEM.split(text, file: "x") == [der, der])
        var windows = ""
        for line in pem.split(separator: "\n") { windows += line + "\r\n" }
        #expect(try PEM.split(windows, file: "x") == [der])
        #expect(try PEM.split(String(pem.dropLast()), file: "x") == [der])
    }

    @Test func `an error names the line`() {
        expect("", "x holds no certificate")
        expect("# nothing\n", "x holds no certificate")
        expect("subject=CN = x\n\(pem)", "x:1: neither a certificate nor a comment")
        expect("\(pem)junk", "x:\(lines + 1): neither a certificate nor a comment")
        expect(
            "\(pem)-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "x:\(lines + 1): a private key stands where only certificates belong"
        )
        expect("-----BEGIN CERTIFICATE-----\nAAAA\n", "x:1: the certificate has no end")
        expect("-----BEGIN CERTIFICATE-----\n\(pem)", "x:2: the certificate that begins in line 1 has no end")
        expect("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----", "x:1: the certificate is not base64")
        expect("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----", "x:1: the certificate is not base64")
    }

    @Test func `a damaged certificate is refused`() {
        for damaged in [Array(der.dropLast()), der + [0], [0x30, 0x03, 0x02, 0x01, 0x00]] {
            #expect { try PEM.split(Encoding.pem("CERTIFICATE", damaged), file: "x") } throws: { error in
                (error as? PKIError)?.message.hasPrefix("x:1: the certificate cannot be read") == true
            }
        }
    }

    private var lines: Int { pem.split(separator: "\n").count }

    private func expect(_ text: String, _ message: String) {
        #expect { try PEM.split(text, file: "x") } throws: { error in
            (error as? PKIError)?.code == .certificateUnreadable && (error as? PKIError)?.message == message
        }
    }
}
