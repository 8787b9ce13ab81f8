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
import YAML

@Suite("Certificates on the command line")
struct CertCommandTests {
    private func harness() async throws -> CommandHarness {
        let harness = try CommandHarness(lab: loopbackLab)
        let outcome = await harness.run(["ca", "create"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return harness
    }

    @Test("issue writes chain, key and root, which OpenSSL accepts", .enabled(if: Tool.isInstalled("openssl")))
    func issue() async throws {
        let harness = try await harness()
        let folder = "\(harness.folder.path)/tls"
        let outcome = await harness.run([
            "cert", "issue", "nas", "--host", "localhost", "--host", "127.0.0.1", "--to", folder,
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(Files.mode(of: "\(folder)/tls.key") == 0o600)
        let verified = Tool.shell(
            "openssl verify -attime 1800000000 -x509_strict -purpose sslserver -verify_hostname localhost -no-CApath -no-CAstore "
                + "-CAfile \(folder)/ca.crt -untrusted \(folder)/tls.crt \(folder)/tls.crt"
        )
        #expect(verified.status == 0, "\(verified.output)")
        let listed = await harness.run(["cert", "list", "--output", "json"])
        #expect(listed.output.contains("\"name\": \"nas\""))
        let inspected = await harness.run(["cert", "inspect", "\(folder)/tls.crt", "--output", "yaml"])
        #expect(inspected.output.contains("127.0.0.1"))
    }

    @Test("nothing is issued when the folder for it cannot be made")
    func noFolder() async throws {
        let harness = try await harness()
        try harness.folder.write("mine", to: "file")
        let outcome = await harness.run(["cert", "issue", "web", "--to", "\(harness.folder.path)/file/tls"])
        #expect(outcome.status == 73)
        #expect(await harness.run(["cert", "list", "--output", "json"]).output == "[]\n")
    }

    @Test("a name outside the constraints is refused, and nothing is written")
    func outside() async throws {
        let harness = try await harness()
        let folder = "\(harness.folder.path)/tls"
        let outcome = await harness.run(["cert", "issue", "bank", "--host", "www.example.com", "--to", folder])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("www.example.com"))
        #expect(!Files.exists(folder))
        #expect(await harness.run(["cert", "list"]).output.contains("bank") == false)
    }

    @Test("what no browser takes is refused, unless somebody insists or lab.yaml asks for it")
    func unwise() async throws {
        let harness = try await harness()
        let words = ["cert", "issue", "nas", "--host", "localhost", "--key-type", "ed25519"]
        let refused = await harness.run(words)
        #expect(refused.status == 65)
        #expect(refused.errors.contains("insist with --insist"))
        #expect(await harness.run(["cert", "list", "--output", "json"]).output == "[]\n")
        #expect(await harness.run(words + ["--insist"]).status == 0)
        #expect(await harness.run(words + ["--profile", "client"]).status == 0)
        let lab = try CommandHarness(lab: loopbackLab + "\n  - {name: door, hosts: [localhost], keyType: ed25519}\n")
        #expect(await lab.run(["ca", "create"]).status == 0)
        let asked = await lab.run(["cert", "issue", "door"])
        #expect(asked.status == 0)
        #expect(asked.errors.contains("which no browser takes"))
    }

    @Test("a life that Android refuses is a warning, and one that Apple refuses an error")
    func lifetime() async throws {
        let harness = try await harness()
        for (lifetime, status, warns) in [("397d", Int32(0), false), ("398d", 0, true), ("826d", 65, false)] {
            let outcome = await harness.run(["cert", "issue", "nas", "--host", "localhost", "--lifetime", lifetime])
            #expect(outcome.status == status, "\(outcome.errors)")
            #expect(outcome.errors.contains("which Android refuses") == warns, "\(lifetime)")
        }
    }

    @Test("names of every kind go by their flags", .enabled(if: Tool.isInstalled("openssl")))
    func names() async throws {
        let harness = try await harness()
        let outcome = await harness.run([
            "cert", "issue", "ada", "--profile", "client", "--email", "Ada@Localhost", "--uri",
            "spiffe://localhost/ada",
            "--host", "bücher.localhost", "--host", "127.0.0.1",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let file = try harness.folder.write(outcome.output, to: "ada.pem")
        let text = Tool.shell("openssl x509 -in \(file) -noout -subject -ext subjectAltName").output
        #expect(
            text.contains(
                "DNS:xn--bcher-kva.localhost, IP Address:127.0.0.1, email:Ada@localhost, URI:spiffe://localhost/ada"
            ),
            "\(text)"
        )
        #expect(text.contains("subject=CN = xn--bcher-kva.localhost"), "\(text)")
        for wrong in [["--host", "ada@localhost"], ["--email", "localhost"], ["--uri", "localhost"]] {
            #expect(await harness.run(["cert", "issue", "x"] + wrong).status == 64)
        }
        for outside in [["--email", "ada@example.org"], ["--uri", "spiffe://example.org/localhost"]] {
            let refused = await harness.run(["cert", "issue", "x"] + outside)
            #expect(refused.status == 65)
            #expect(refused.errors.contains("may certify (localhost, 127.0.0.0/8)"), "\(refused.errors)")
        }
    }

    @Test("a key is not written where git would take it", .enabled(if: Tool.isInstalled("git")))
    func git() async throws {
        let harness = try await harness()
        let tree = "\(harness.folder.path)/tree"
        try harness.folder.write("ignored/\n", to: "tree/.gitignore")
        #expect(Tool.shell("git init -q \(tree)").status == 0)
        let refused = await harness.run(["cert", "issue", "web", "--to", "\(tree)/tls"])
        #expect(refused.status == 77)
        #expect(refused.errors.contains("--allow-plaintext-in-git"))
        #expect(!Files.exists("\(tree)/tls"))
        #expect(await harness.run(["cert", "issue", "web", "--to", "\(tree)/ignored/tls"]).status == 0)
        let insisted = await harness.run(["cert", "issue", "web", "--to", "\(tree)/tls", "--allow-plaintext-in-git"])
        #expect(insisted.status == 0, "\(insisted.errors)")
        // A tracked file is committed even where a pattern ignores it.
        #expect(Tool.shell("cd \(tree) && git add -f ignored/tls/tls.key").status == 0)
        #expect(await harness.run(["cert", "issue", "web", "--to", "\(tree)/ignored/tls"]).status == 77)
    }

    @Test("the ConfigMap has the root under ca.crt and under its hash name", .enabled(if: Tool.isInstalled("openssl")))
    func configMap() async throws {
        let harness = try await harness()
        let outcome = await harness.run(["configmap", "--namespace", "monitoring"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let root = "\(harness.folder.path)/root.pem"
        #expect(await harness.run(["bundle", "--to", root]).status == 0)
        let hash = Tool.shell("openssl x509 -in \(root) -noout -subject_hash").output.prefix(8)
        #expect(outcome.output.contains("ca.crt: |"))
        let map = try YAMLParser.document(outcome.output, file: "configmap")
        #expect(map["data"]?["\(hash).0"]?.text == map["data"]?["ca.crt"]?.text)
        #expect(outcome.output.contains("namespace: monitoring"))
    }
}
