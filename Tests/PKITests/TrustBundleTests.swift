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

@Suite struct TrustBundleTests {
    private func root(_ commonName: String = "Kidd Lab Root CA", organization: String? = "kidd.network") async throws
        -> [UInt8]
    {
        var plan = Fixture.plan(cluster: nil)
        plan.commonName = commonName
        plan.organization = organization
        return try await Fixture.authorities(plan).root.der
    }

    @Test(
        .enabled(if: Tool.isInstalled("openssl")),
        arguments: ["Kidd Lab Root CA", "  Kidd \t Lab  ", "KÖNIG & Söhne", "京都 LAB", "a", "ÀÉ  ß"]
    )
    func `the hash name is that of openssl`(commonName: String) async throws {
        for organization in [nil, "Kidd, Network \"x\"", " A  B "] {
            let der = try await root(commonName, organization: organization)
            let name = try TrustBundle([der]).hashedNames.map(\.name)
            let expected = try Fixture.dump(der, "-subject_hash").split(separator: "\n").map { "\($0).0" }
            #expect(name == expected)
        }
    }

    @Test(
        .enabled(if: Tool.isInstalled("openssl")),
        arguments: [
            "/CN=Printable/O=With  Blanks ", "/C=DE/ST=x/L=y/O=z/OU=One/OU=Two/CN=a/emailAddress=A@B.c",
            "/CN=a+OU=z+O=b", "/DC=Network/DC=KIDD/CN=x", "/serialNumber=12 34/CN=q",
        ],
        ["default", "pkix", "utf8only", "nombstr", "MASK:0x800", "MASK:0x4"]
    )
    func `subjects of others hash as in openssl, whatever their kind of string`(subject: String, mask: String) throws {
        let folder = try TemporaryFolder()
        let config = "[req]\nstring_mask = \(mask)\ndistinguished_name = dn\nprompt = no\n[dn]\nCN = unused\n"
        let file = try folder.write(config, to: "openssl.cnf")
        let made = Tool.shell(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -utf8 -multivalue-rdn "
                + "-config \(file) -subj '\(subject)' -keyout /dev/null -out \(folder.path)/root.pem"
        )
        // Some masks leave no kind of string for some subjects.
        guard made.status == 0 else { return }
        let pem = String(decoding: try Files.read("\(folder.path)/root.pem"), as: UTF8.self)
        let bundle = try TrustBundle(PEM.split(pem, file: "root.pem"))
        let expected = Tool.shell("openssl x509 -in \(folder.path)/root.pem -noout -subject_hash").output
        #expect(bundle.hashedNames.map(\.name) == [expected.split(separator: "\n").joined() + ".0"])
    }

    @Test func `roots with the same subject are counted, equal roots are one`() async throws {
        let (first, second, other) = (try await root(), try await root(), try await root("Other"))
        let bundle = try TrustBundle([first, other, second, first])
        #expect(bundle.certificates == [first, other, second])
        let names = bundle.hashedNames.map(\.name)
        #expect(names.count == 3)
        #expect(names[0].hasSuffix(".0"))
        #expect(names[1].hasSuffix(".0"))
        #expect(names[2] == names[0].dropLast(2) + ".1")
        #expect(bundle.pem == bundle.certificatePEMs.joined())
        #expect(try PEM.split(bundle.pem, file: "ca.crt") == bundle.certificates)
        #expect(bundle.hashedNames.map(\.text) == bundle.certificatePEMs)
    }

    @Test func `a ConfigMap holds all roots under one key and each under its hash`() async throws {
        let bundle = try TrustBundle([try await root(), try await root("Other")])
        let entries = try bundle.configMapEntries(key: "ca.crt")
        #expect(entries.map(\.name) == ["ca.crt"] + bundle.hashedNames.map(\.name))
        #expect(entries.first?.text == bundle.pem)
        #expect(try bundle.configMapEntries(key: "ca.crt") == entries)
    }

    @Test func `more than a ConfigMap holds is refused`() async throws {
        let set = try await Fixture.authorities()
        let roots = try (0..<800).map { _ in
            // Any certificate serves, and leaves are quickly made.
            try set.issuing.issue(Fixture.request(), now: Fixture.now, random: SystemRandomSource()).der
        }
        let bundle = try TrustBundle(roots)
        #expect { try bundle.configMapEntries(key: "ca.crt") } throws: { code($0) == .bundleTooLarge }
    }

    @Test(.enabled(if: Tool.isInstalled("openssl")))
    func `the fingerprint is that of openssl`() async throws {
        let der = try await root()
        let expected = try Fixture.dump(der, "-fingerprint -sha256").split(separator: "\n").joined()
        #expect(try "sha256 Fingerprint=\(TrustBundle([der]).fingerprints.joined())" == expected)
    }

    @Test(.enabled(if: Tool.isInstalled("openssl")))
    func `a folder of hash names is trusted by openssl, and another root's is not`() async throws {
        let now = Date()
        let set = try await Fixture.authorities(now: now)
        let leaf = try set.issuing.issue(Fixture.request(), now: now, random: SystemRandomSource())
        let folder = try TemporaryFolder()
        let chain = try folder.write(leaf.fullChainPEM, to: "tls.crt")
        for file in set.trust.hashedNames { try folder.write(file.text, to: "good/\(file.name)") }
        for file in try TrustBundle([try await root("Other")]).hashedNames {
            try folder.write(file.text, to: "bad/\(file.name)")
        }
        func verify(_ name: String) -> Int32 {
            Tool.shell(
                "openssl verify -no-CAfile -no-CAstore -CApath \(folder.path)/\(name) -untrusted \(chain) \(chain)"
            ).status
        }
        #expect(verify("good") == 0)
        #expect(verify("bad") != 0)
    }

    @Test(arguments: [[], [0x30, 0x00], [1, 2, 3]] as [[UInt8]])
    func `what is no certificate makes no bundle`(bytes: [UInt8]) {
        #expect { try TrustBundle([bytes]) } throws: { code($0) == .certificateUnreadable }
    }
}
