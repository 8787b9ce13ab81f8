//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Commands
import FoundationEssentials
import Support
import TestSupport
import Testing
import YAML

@Suite("Revocation on the command line")
struct RevocationCommandTests {
    /// A lab with three certificates of two names, oldest first.
    private func harness() async throws -> (CommandHarness, serials: [String]) {
        let harness = try CommandHarness(lab: loopbackLab)
        #expect(await harness.run(["ca", "create"]).status == 0)
        for name in ["nas", "nas", "printer"] {
            #expect(await harness.run(["cert", "issue", name, "--host", "localhost"]).status == 0)
        }
        return (harness, try await rows(harness).map { $0["serial"]?.text ?? "" }.reversed())
    }

    private func rows(_ harness: CommandHarness) async throws -> [Node] {
        let listed = await harness.run(["cert", "list", "--output", "json"])
        return try #require(try YAMLParser.document(listed.output, file: "json").items)
    }

    /// The serials that are revoked, oldest first.
    private func revoked(_ harness: CommandHarness) async throws -> [String] {
        try await rows(harness).filter { $0["status"]?.text == "revoked" }.map { $0["serial"]?.text ?? "" }.reversed()
    }

    @Test func `a name means its newest certificate, and a serial just that one, as tools print it`() async throws {
        let (harness, serials) = try await harness()
        let named = await harness.run(["cert", "revoke", "nas", "--reason", "superseded"])
        #expect(named.status == 0, "\(named.errors)")
        #expect(named.output == "revoked nas \(serials[1])\n")
        let colons = stride(from: 0, to: serials[0].count, by: 2).map {
            serials[0].dropFirst($0).prefix(2).uppercased()
        }
        let listed = await harness.run(["cert", "revoke", colons.joined(separator: ":")])
        #expect(listed.output == "revoked nas \(serials[0])\n")
        #expect(try await revoked(harness) == [serials[0], serials[1]])
        let repeated = await harness.run(["cert", "revoke", "nas"])
        #expect(repeated.status == 0)
        #expect(repeated.output.isEmpty)
        #expect(repeated.errors.contains("nas \(serials[1]) was revoked before"))
    }

    @Test func `all of a name are revoked where that is asked, and each once however often it is named`() async throws {
        let (harness, serials) = try await harness()
        let outcome = await harness.run(["cert", "revoke", "nas", serials[0], "nas", "--all"])
        #expect(outcome.output == "revoked nas \(serials[0])\nrevoked nas \(serials[1])\n")
        #expect(try await revoked(harness) == [serials[0], serials[1]])
    }

    @Test func `a compromised key takes all of its certificates along, and is not certified again`() async throws {
        let (harness, serials) = try await harness()
        let key = "\(harness.folder.path)/printer.key"
        #expect(Tool.shell("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out \(key)").status == 0)
        #expect(await harness.run(["cert", "issue", "door", "--host", "localhost", "--key", key]).status == 0)
        #expect(await harness.run(["cert", "renew", "door"]).status == 0)
        #expect(await harness.run(["cert", "issue", "gate", "--host", "localhost", "--key", key]).status == 0)
        let same = try await rows(harness).map { $0["serial"]?.text ?? "" }.reversed().dropFirst(serials.count)

        let superseded = await harness.run(["cert", "revoke", "gate", "--reason", "superseded", "--dry-run"])
        #expect(superseded.output.split(separator: "\n").count == 1)
        let outcome = await harness.run(["cert", "revoke", "door", "--reason", "keyCompromise"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try await revoked(harness) == Array(same))

        let refused = await harness.run(["cert", "issue", "door", "--host", "localhost", "--key", key])
        #expect(refused.status == 65)
        #expect(refused.errors.contains("the key is compromised"))
        let request = "\(harness.folder.path)/door.csr"
        let make = "openssl req -new -key \(key) -subj / -addext subjectAltName=DNS:localhost -out \(request)"
        #expect(Tool.shell(make).status == 0)
        #expect(await harness.run(["cert", "sign", request]).status == 65)
        #expect(await harness.run(["cert", "renew", "door", "--output", "json"]).status == 0)
        let newest = try #require(try await rows(harness).first)
        #expect(newest["name"]?.text == "door")
        #expect(newest["status"]?.text == "valid")
    }

    @Test func `what an intermediate has issued is revoked together, and what another has is not`() async throws {
        let (harness, serials) = try await harness()
        #expect(await harness.run(["ca", "rotate", "intermediate", "issuing"]).status == 0)
        let outcome = await harness.run(["cert", "revoke", "--issuer", "issuing-1", "--reason", "superseded"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try await revoked(harness) == serials)
        let text = Tool.shell("openssl crl -noout -text <<'END'\n\(await crl(harness, "issuing-1"))END").output
        #expect(text.split(separator: "Superseded").count == 4)
    }

    @Test func `a dry run revokes nothing and makes no list`() async throws {
        let (harness, serials) = try await harness()
        let outcome = await harness.run(["cert", "revoke", "nas", "--all", "--dry-run"])
        #expect(outcome.output == "would revoke nas \(serials[0])\nwould revoke nas \(serials[1])\n")
        #expect(try await revoked(harness).isEmpty)
        let text = Tool.shell("openssl crl -noout -text <<'END'\n\(await crl(harness, "issuing-1"))END").output
        #expect(text.contains("X509v3 CRL Number: \n                1\n"))
    }

    @Test(arguments: [
        (["nobody"], 1, "there is no certificate with the name or serial number nobody"),
        (["0a:0b"], 1, "0a:0b"), (["--issuer", "issuing-9"], 1, "there is no intermediate issuing-9"),
        ([], 64, "name certificates"), (["nas", "--issuer", "issuing-1"], 64, "name certificates"),
        (["nas", "--reason", "certificateHold"], 64, "certificateHold"),
    ])
    func `what cannot be revoked is told`(_ arguments: [String], _ status: Int32, _ message: String) async throws {
        let (harness, _) = try await harness()
        let outcome = await harness.run(["cert", "revoke"] + arguments)
        #expect(outcome.status == status)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(try await revoked(harness).isEmpty)
    }

    @Test func `OpenSSL refuses what the list has, and takes the rest`() async throws {
        let (harness, _) = try await harness()
        let folder = harness.folder.path
        for name in ["good", "bad"] {
            let issued = await harness.run(["cert", "issue", name, "--host", "localhost", "--to", "\(folder)/\(name)"])
            #expect(issued.status == 0)
        }
        #expect(await harness.run(["cert", "revoke", "bad", "--reason", "keyCompromise"]).status == 0)
        #expect(await harness.run(["crl", "--to", "\(folder)/lists.pem"]).status == 0)
        func verify(_ name: String) -> Tool.Result {
            Tool.shell(
                "openssl verify -attime 1800000000 -x509_strict -crl_check_all -no-CApath -no-CAstore "
                    + "-CRLfile \(folder)/lists.pem -CAfile \(folder)/\(name)/ca.crt "
                    + "-untrusted \(folder)/\(name)/tls.crt \(folder)/\(name)/tls.crt"
            )
        }
        #expect(verify("good").status == 0, "\(verify("good").output)")
        #expect(verify("bad").output.contains("certificate revoked"))
    }

    @Test func `a list is printed as PEM or DER, by its issuer`() async throws {
        let (harness, _) = try await harness()
        let all = await harness.run(["crl"])
        #expect(all.output.split(separator: "BEGIN X509 CRL").count == 3)
        let file = "\(harness.folder.path)/issuing.crl"
        let der = await harness.run(["crl", "--issuer", "issuing-1", "--format", "der", "--to", file])
        #expect(der.status == 0, "\(der.errors)")
        #expect(Tool.shell("openssl crl -inform DER -in \(file)").output == (await crl(harness, "issuing-1")))
        #expect(await harness.run(["crl", "--format", "der"]).status == 64)
        #expect(await harness.run(["crl", "--issuer", "issuing-9"]).status == 1)
        #expect(
            await harness.run(["crl", "--issuer", "issuing-1", "--format", "der"], terminals: [.output]).status == 64
        )
    }

    private func crl(_ harness: CommandHarness, _ issuer: String) async -> String {
        await harness.run(["crl", "--issuer", issuer]).output
    }
}
