//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import TestSupport
import Testing

@Suite("Signing certificate requests", .enabled(if: Tool.isInstalled("openssl")))
struct CertSignTests {
    private func harness() async throws -> CommandHarness {
        let harness = try CommandHarness(lab: loopbackLab)
        #expect(await harness.run(["ca", "create"]).status == 0)
        return harness
    }

    private func made(_ harness: CommandHarness, key: String = "EC -pkeyopt ec_paramgen_curve:P-256", _ options: String)
        throws -> String
    {
        let result = Tool.shell(
            "cd \(harness.folder.path) && openssl genpkey -algorithm \(key) -out key && openssl req -new -key key -out csr \(options)"
        )
        try #require(result.status == 0, "\(result.output)")
        return "\(harness.folder.path)/csr"
    }

    @Test("a request is signed, and told what of it is left out")
    func sign() async throws {
        let harness = try await harness()
        let file = try made(
            harness,
            "-subj /O=Evil/CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext keyUsage=keyCertSign"
        )
        let out = "\(harness.folder.path)/tls.crt"
        let outcome = await harness.run(["cert", "sign", file, "--to", out])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("left out: the key usage"), "\(outcome.errors)")
        #expect(outcome.errors.contains("left out: the subject \"CN=localhost,O=Evil\" but for its common name"))
        let root = "\(harness.folder.path)/root.pem"
        #expect(await harness.run(["bundle", "--to", root]).status == 0)
        let verified = Tool.shell(
            "openssl verify -attime 1800000000 -x509_strict -purpose sslserver -verify_hostname localhost -no-CApath "
                + "-no-CAstore -CAfile \(root) -untrusted \(out) \(out)"
        )
        #expect(verified.status == 0, "\(verified.output)")
        #expect(Tool.shell("openssl x509 -in \(out) -noout -subject").output == "subject=CN = localhost\n")
        let listed = await harness.run(["cert", "list"])
        #expect(listed.output.contains("localhost, 127.0.0.1"))
        #expect(await harness.run(["audit"]).output.contains("cert.sign"))
        let printed = await harness.run(
            ["cert", "sign", "-", "--name", "door"],
            input: Tool.shell("cat \(file)").output
        )
        #expect(printed.status == 0, "\(printed.errors)")
        #expect(printed.output.hasPrefix("-----BEGIN CERTIFICATE-----\n"))
    }

    @Test("a dry run signs nothing, and what is refused is told")
    func refused() async throws {
        let harness = try await harness()
        let file = try made(harness, "-subj / -addext subjectAltName=DNS:localhost")
        let dry = await harness.run(["cert", "sign", file, "--dry-run"])
        #expect(dry.output == "would sign localhost for localhost\n", "\(dry.errors)")
        #expect(await harness.run(["cert", "sign", file, "--name", "issuer"]).status == 64)
        #expect(await harness.run(["cert", "sign", file, "--lifetime", "900d"]).status == 65)
        let outside = await harness.run([
            "cert", "sign", try made(harness, "-subj / -addext subjectAltName=DNS:a.example"),
        ])
        #expect(outside.status == 65)
        #expect(outside.errors.contains("may certify (localhost, 127.0.0.0/8)"))
        #expect(
            await harness.run(["cert", "sign", try made(harness, "-subj '/CN=Ada Lovelace'")]).errors.contains(
                "names no host"
            )
        )
        let ed = try made(harness, key: "ED25519", "-subj /CN=localhost")
        #expect(await harness.run(["cert", "sign", ed]).status == 65)
        #expect(await harness.run(["cert", "list", "--output", "json"]).output == "[]\n")
        #expect(await harness.run(["cert", "sign", ed, "--insist"]).status == 0)
        #expect(await harness.run(["cert", "sign", ed, "--profile", "client"]).status == 0)
        #expect(await harness.run(["cert", "sign", "/dev/zero"]).status == 65)
    }
}
