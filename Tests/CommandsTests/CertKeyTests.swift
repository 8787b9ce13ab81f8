//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Commands
import Support
import TestSupport
import Testing

@Suite("Private keys that come from files, and go there under a passphrase", .enabled(if: Tool.isInstalled("openssl")))
struct CertKeyTests {
    private func harness() async throws -> CommandHarness {
        let harness = try CommandHarness(lab: loopbackLab)
        #expect(await harness.run(["ca", "create"]).status == 0)
        return harness
    }

    private func publicKey(_ file: String, passphrase: String? = nil) -> String {
        let word = passphrase.map { "-passin file:\($0)" } ?? ""
        return Tool.shell("openssl pkey -in \(file) \(word) -pubout").output
    }

    @Test("tls.key is written under a passphrase, which openssl opens")
    func encrypted() async throws {
        let harness = try await harness()
        let words = try harness.folder.write("correct horse größer\nnot this\n", to: "words", mode: 0o600)
        let out = "\(harness.folder.path)/tls"
        let outcome = await harness.run([
            "cert", "issue", "web", "--to", out, "--passphrase-file", words, "--iterations", "700000",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(Files.mode(of: "\(out)/tls.key") == 0o600)
        let pem = Tool.shell("cat \(out)/tls.key").output
        #expect(pem.hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"))
        #expect(Tool.shell("openssl asn1parse -in \(out)/tls.key").output.contains("INTEGER           :0AAE60"))
        let certified = Tool.shell("openssl x509 -in \(out)/tls.crt -noout -pubkey").output
        #expect(publicKey("\(out)/tls.key", passphrase: words) == certified)
        #expect(Tool.shell("openssl pkey -in \(out)/tls.key -passin pass:wrong -noout").status != 0)
        for text in [outcome.output, outcome.errors] { #expect(!text.contains("horse")) }
    }

    @Test("a passphrase can be typed, and its file named by the environment")
    func sources() async throws {
        let harness = try await harness()
        let out = "\(harness.folder.path)/tls"
        let words = ["cert", "issue", "web", "--encrypt-key", "--to", out]
        #expect(await harness.run(words, input: "typed", terminals: [.input]).status == 0)
        #expect(Tool.shell("openssl pkey -in \(out)/tls.key -passin pass:typed -noout").status == 0)
        let file = try harness.folder.write("from a file", to: "words", mode: 0o600)
        #expect(await harness.run(words, environment: ["KINDLING_PASSPHRASE_FILE": file]).status == 0)
        #expect(Tool.shell("openssl pkey -in \(out)/tls.key -passin file:\(file) -noout").status == 0)
        let without = await harness.run(words)
        #expect(without.status == 64)
        #expect(without.errors.contains("--passphrase-file FILE"))
        let empty = try harness.folder.write("\nword\n", to: "empty")
        #expect(await harness.run(words + ["--passphrase-file", empty]).status == 65)
        #expect(await harness.run(words, input: "", terminals: [.input]).status == 65)
    }

    @Test("a key that is there is used and kept, encrypted or not")
    func existing() async throws {
        let harness = try await harness()
        let folder = harness.folder.path
        let words = try harness.folder.write("word\n", to: "words", mode: 0o600)
        let made = Tool.shell(
            "cd \(folder) && openssl ecparam -name secp384r1 -genkey -out plain.key && openssl pkcs8 -topk8 -in plain.key "
                + "-passout file:words -v2 aes-256-cbc -iter 600000 -out encrypted.key && openssl genrsa -out rsa.key 2048"
        )
        #expect(made.status == 0, "\(made.output)")
        for (file, extra) in [("plain.key", []), ("encrypted.key", ["--passphrase-file", words]), ("rsa.key", [])] {
            let out = "\(folder)/\(file)-tls"
            let outcome = await harness.run(
                ["cert", "issue", "web", "--key", "\(folder)/\(file)", "--to", out] + extra
            )
            #expect(outcome.status == 0, "\(outcome.errors)")
            let expected = publicKey("\(folder)/\(file)", passphrase: words)
            #expect(Tool.shell("openssl x509 -in \(out)/tls.crt -noout -pubkey").output == expected)
            #expect(publicKey("\(out)/tls.key", passphrase: words) == expected)
        }
        let listed = await harness.run(["cert", "list", "--output", "json"])
        #expect(listed.output.contains("\"keyType\": \"rsa2048\"") && listed.output.contains("\"keyType\": \"p384\""))
    }

    @Test("a key that is not taken issues nothing")
    func refused() async throws {
        let harness = try await harness()
        let folder = harness.folder.path
        let made = Tool.shell(
            "cd \(folder) && openssl genpkey -algorithm ED25519 -out ed.key && openssl pkcs8 -topk8 -in ed.key "
                + "-passout pass:word -out closed.key && head -c 70000 /dev/zero >huge.key && : >empty.key"
        )
        #expect(made.status == 0, "\(made.output)")
        for (file, status, words) in [
            ("ed.key", Int32(65), "insist with --insist"), ("huge.key", 65, "larger than 65536"),
            ("empty.key", 65, "holds no private key"), ("closed.key", 64, "needs a passphrase"),
            ("none.key", 65, "none.key"),
        ] {
            let outcome = await harness.run(["cert", "issue", "web", "--key", "\(folder)/\(file)"])
            #expect(outcome.status == status, "\(file): \(outcome.errors)")
            #expect(outcome.errors.contains(words), "\(file): \(outcome.errors)")
        }
        let wrong = try harness.folder.write("other", to: "other")
        let outcome = await harness.run([
            "cert", "issue", "web", "--key", "\(folder)/closed.key", "--passphrase-file", wrong,
        ])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("the passphrase is wrong"))
        #expect(await harness.run(["cert", "list", "--output", "json"]).output == "[]\n")
        #expect(await harness.run(["cert", "issue", "web", "--key", "\(folder)/ed.key", "--insist"]).status == 0)
    }

    @Test(
        "flags that do not go together are refused",
        arguments: [
            ["--iterations", "700000"], ["--encrypt-key"], ["--passphrase-file", "words"],
            ["--to", "x", "--encrypt-key", "--iterations", "599999"],
            ["--to", "x", "--encrypt-key", "--iterations", "10000001"],
            ["--key", "x", "--key-type", "p256"],
        ]
    )
    func usage(flags: [String]) async throws {
        let outcome = await (try harness()).run(["cert", "issue", "web"] + flags)
        #expect(outcome.status == 64, "\(outcome.errors)")
    }
}
