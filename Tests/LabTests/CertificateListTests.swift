//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Support
import Testing

@Suite struct CertificateListTests {
    private func list(_ text: String) throws -> (certificates: [CertificateSpec], warnings: [Diagnostic]) {
        let lab = try LabDecoder.decode(
            text: """
                lab: ainur
                domain: kidd.network
                authority: {permitted: [kidd.network, 192.168.1.0/24], leaf: {keyType: p384, lifetime: 30d}}
                identity: {issuer: "https://dex.kidd.network", address: 192.168.1.66}
                """,
            file: "lab.yaml"
        )
        return try LabDecoder.certificates(text: text, file: "list.yaml", of: lab)
    }

    private func mistakes(_ text: String) -> [String] {
        do {
            _ = try list(text)
            return []
        } catch let error as LabError {
            return error.diagnostics.map { "\($0.location): \($0.message)" }
        } catch {
            return ["\(error)"]
        }
    }

    @Test func `a bare list and one under its key are read, and take from the lab what they leave out`() throws {
        let entry = "{name: nas, hosts: [nas.kidd.network, 192.168.1.9], profile: both, keyType: p256, lifetime: 10d}"
        for text in [
            "- \(entry)\n- {name: tv, hosts: [tv.kidd.network]}\n",
            "certificates: [\(entry), {name: tv, hosts: [tv.kidd.network]}]",
        ] {
            let (certificates, warnings) = try list(text)
            #expect(certificates.map(\.name) == ["nas", "tv"])
            #expect(certificates.map(\.hosts) == [["nas.kidd.network", "192.168.1.9"], ["tv.kidd.network"]])
            #expect(certificates.map(\.profile) == [.both, .server])
            #expect(certificates.map(\.keyType) == [.p256, .p384])
            #expect(certificates.map(\.lifetime.labText) == ["10d", "30d"])
            #expect(warnings.isEmpty)
        }
    }

    @Test func `every mistake is told at once, where it stands`() {
        #expect(
            mistakes(
                """
                - {name: nas, hosts: [nas.example.org]}
                - {name: NAS, hosts: [nas.kidd.network], colour: red}
                - {name: issuer, hosts: []}
                - {hosts: [10.0.0.1], lifetime: 900d}
                - nas
                """
            ) == [
                "list.yaml:1:23: certificates[0].hosts[0] lies outside authority.permitted (kidd.network, 192.168.1.0/24)",
                "list.yaml:2:10: certificates[1].name is already that of certificates[0]",
                "list.yaml:2:42: certificates[1].colour is not known",
                "list.yaml:3:10: certificates[2].name is the name of the issuer's own certificate, which is implicit",
                "list.yaml:3:25: certificates[2].hosts is empty",
                "list.yaml:4:4: certificates[3] needs name",
                "list.yaml:4:12: certificates[3].hosts[0] lies outside authority.permitted (kidd.network, 192.168.1.0/24)",
                "list.yaml:4:33: certificates[3].lifetime is more than 825d, which Apple's systems refuse",
                "list.yaml:5:3: certificates[4] must be a mapping, and is text",
            ]
        )
    }

    @Test(arguments: [
        ("", "list.yaml:1:1: the file has no list of certificates"),
        ("~", "list.yaml:1:1: the file has no list of certificates"),
        ("{}", "list.yaml:1:1: the file has no list of certificates"),
        ("[]", "list.yaml:1:1: certificates is empty"),
        ("nas", "list.yaml:1:1: certificates must be a list, and is text"),
        ("certificates: nas", "list.yaml:1:15: certificates must be a list, and is text"),
        ("certificates: []\nlab: x", "list.yaml:2:1: lab is not known"),
        ("- [", "list.yaml:1:4: "),
    ])
    func `what is no list is refused`(text: String, mistake: String) {
        #expect(mistakes(text).contains { $0.hasPrefix(mistake) }, "\(mistakes(text))")
    }

    @Test func `a list is bounded`() {
        let many = String(repeating: "- {name: a}\n", count: LabDecoder.mostCertificates + 1)
        #expect(mistakes(many) == ["list.yaml:1:1: certificates has more than 100000 entries"])
        let deep = String(repeating: "[", count: 10_000)
        #expect(mistakes(deep).count == 1)
    }

    @Test func `a key that no browser takes is a warning`() throws {
        let warnings = try list("- {name: tv, hosts: [tv.kidd.network], keyType: ed25519}").warnings
        #expect(
            warnings.map(\.message) == ["certificates[0].keyType is ed25519, which no browser takes in a certificate"]
        )
    }
}
