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

@Suite("Trust bundles on the command line")
struct BundleCommandTests {
    /// The lab with an authority, and its root in PEM.
    private func harness() async throws -> (CommandHarness, root: String) {
        let harness = try CommandHarness(lab: loopbackLab)
        #expect(await harness.run(["ca", "create"]).status == 0)
        return (harness, await harness.run(["bundle"]).output)
    }

    @Test(
        "every form is the same each time, on standard output and in a file",
        arguments: [
            "pem", "der", "pkcs12", "jks", "configmap", "secret", "cloud-init",
        ]
    )
    func deterministic(_ format: String) async throws {
        let (harness, _) = try await harness()
        let outcome = await harness.run(["bundle", "--format", format])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!outcome.bytes.isEmpty)
        let file = "\(harness.folder.path)/file"
        #expect(await harness.run(["bundle", "--format", format, "--to", file]).status == 0)
        #expect(try Files.read(file) == outcome.bytes)
        #expect(
            await harness.run(["bundle", "--format", format, "--to", "\(file)2", "--dry-run"]).output.contains(
                "would write"
            )
        )
        #expect(!Files.exists("\(file)2"))
    }

    @Test("what is no text is not for a terminal", arguments: ["der", "pkcs12", "jks"])
    func terminal(_ format: String) async throws {
        let (harness, _) = try await harness()
        let outcome = await harness.run(["bundle", "--format", format], terminals: [.output])
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("--to"))
        #expect(await harness.run(["bundle", "--format", "pem"], terminals: [.output]).status == 0)
    }

    @Test(
        "a flag without its form is a usage error",
        arguments: [
            ["--format", "dir"], ["--namespace", "apps"], ["--password-file", "x"], ["--format", "p7b"],
        ]
    )
    func usage(_ arguments: [String]) async throws {
        let (harness, _) = try await harness()
        #expect(await harness.run(["bundle"] + arguments).status == 64)
        #expect(await harness.run(["configmap", "--password-file", "x"]).status == 64)
    }

    @Test("a Secret has the ConfigMap's entries, in base64")
    func secret() async throws {
        let (harness, root) = try await harness()
        let text = await harness.run(["bundle", "--format", "secret", "--namespace", "apps"]).output
        let secret = try YAMLParser.document(text, file: "secret")
        #expect(secret["kind"]?.text == "Secret")
        #expect(secret["metadata"]?["namespace"]?.text == "apps")
        #expect(secret["data"]?["ca.crt"]?.text == Encoding.base64(root.utf8))
        let map = try YAMLParser.document(await harness.run(["bundle", "--format", "configmap"]).output, file: "map")
        #expect(secret["data"]?.pairs?.map(\.key.text) == map["data"]?.pairs?.map(\.key.text))
    }

    @Test("cloud-init gets one certificate per item")
    func cloudInit() async throws {
        let (harness, root) = try await harness()
        let text = await harness.run(["bundle", "--format", "cloud-init"]).output
        #expect(text.hasPrefix("#cloud-config\n"))
        let trusted = try YAMLParser.document(text, file: "user-data")["ca_certs"]?["trusted"]
        #expect(trusted?.items?.map(\.text) == [root])
    }

    @Test("a Bundle needs a cluster with a label")
    func bundleObject() async throws {
        let (harness, root) = try await harness()
        #expect(await harness.run(["bundle", "--format", "bundle"]).status == 64)
        let cluster = """
            \(loopbackLab)
            cluster:
              name: test
              version: v1.33.6+k3s1
              endpoint: 127.0.0.1
              ingress: {class: traefik}
              trust: {configMap: roots, key: root.pem, namespaceLabel: "example.com/ca=inject"}

            """
        try harness.folder.write(cluster, to: "lab/lab.yaml")
        let outcome = await harness.run(["bundle", "--format", "bundle"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let object = try YAMLParser.document(outcome.output, file: "bundle")
        #expect(object["apiVersion"]?.text == "trust.cert-manager.io/v1alpha1")
        #expect(object["spec"]?["sources"]?.items?.first?["inLine"]?.text == root)
    }

    @Test("a folder keeps what others put there, and loses what is not wanted any more")
    func folder() async throws {
        let (harness, root) = try await harness()
        let path = "\(harness.folder.path)/trust"
        try harness.folder.write("mine", to: "trust/mine.pem")
        func run() async -> CommandHarness.Outcome {
            await harness.run(["bundle", "--format", "dir", "--to", path])
        }
        #expect(await run().status == 0)
        let first = Files.names(in: path)
        #expect(first.count == 4)
        let names = first.filter { $0 != "mine.pem" && $0 != ".kindling-outputs" }
        for name in names { #expect(try Files.read("\(path)/\(name)") == Array(root.utf8)) }
        #expect(Files.mode(of: path) == 0o755)
        #expect(await run().errors.contains("0 written, 2 unchanged"))
        // Another authority, as after a rotation.
        try Files.remove("\(harness.folder.path)/lab/state/kindling.sqlite")
        for rest in ["-wal", "-shm"] { try Files.remove("\(harness.folder.path)/lab/state/kindling.sqlite\(rest)") }
        try Files.remove("\(harness.folder.path)/keys/master.key")
        #expect(await harness.run(["ca", "create"]).status == 0)
        let again = await run()
        #expect(again.status == 0, "\(again.errors)")
        let pem = try #require(names.first { $0.hasSuffix(".pem") })
        #expect(!Files.exists("\(path)/\(pem)"))
        #expect(Files.names(in: path).count == 4)
        #expect(try Files.read("\(path)/mine.pem") == Array("mine".utf8))
    }

    @Test("a file of another maker in the folder is neither replaced nor removed")
    func otherFiles() async throws {
        let (harness, root) = try await harness()
        let path = "\(harness.folder.path)/trust"
        #expect(await harness.run(["bundle", "--format", "dir", "--to", path]).status == 0)
        let hash = try #require(Files.names(in: path).first { $0.hasSuffix(".0") })
        let other = "\(harness.folder.path)/other"
        try harness.folder.write(root, to: "other/\(hash)")
        #expect(await harness.run(["bundle", "--format", "dir", "--to", other]).status == 0)
        let listed = String(decoding: try Files.read("\(other)/.kindling-outputs"), as: UTF8.self)
        #expect(!listed.contains(hash))
        try harness.folder.write("another root", to: "third/\(hash)")
        let refused = await harness.run(["bundle", "--format", "dir", "--to", "\(harness.folder.path)/third"])
        #expect(refused.status == 73)
        #expect(Files.names(in: "\(harness.folder.path)/third") == [hash])
    }

    @Test(
        "the machine's roots come after the lab's; what is bad in them is told",
        .enabled(if: Tool.isInstalled("openssl"))
    )
    func system() async throws {
        let (harness, root) = try await harness()
        let folder = harness.folder.path
        let made = Tool.shell(
            "cd \(folder) && for days in 2 5; do openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
                + "-days $days -subj /CN=lives$days -keyout /dev/null -out lives$days.pem; done"
        )
        #expect(made.status == 0, "\(made.output)")
        let good = String(decoding: try Files.read("\(folder)/lives5.pem"), as: UTF8.self)
        let dead = String(decoding: try Files.read("\(folder)/lives2.pem"), as: UTF8.self)
        let broken = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
        try harness.folder.write(good + root + broken + dead + good, to: "system.pem")
        let outcome = await harness.run(
            ["bundle", "--with-system"],
            environment: ["SSL_CERT_FILE": "\(folder)/system.pem"],
            now: Date().addingTimeInterval(3 * 86_400)
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output == root + good)
        #expect(outcome.errors.contains("warning: left out the certificate that begins in line"))
        #expect(outcome.errors.contains("warning: left out CN=lives2: it expired on"))
        let missing = await harness.run(["bundle", "--with-system"], environment: ["SSL_CERT_FILE": "\(folder)/none"])
        #expect(missing.status == 65)
    }

    @Test("with every root expired there is nothing to trust")
    func expired() async throws {
        let (harness, _) = try await harness()
        let outcome = await harness.run(["bundle"], now: .init(timeIntervalSince1970: 4_000_000_000))
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("warning: left out CN=Test Root CA"))
    }

    @Test("the password of a trust store comes from a file", .enabled(if: Tool.isInstalled("openssl")))
    func password() async throws {
        let (harness, root) = try await harness()
        let folder = harness.folder.path
        try harness.folder.write("more than 8 #$\"\n", to: "words", mode: 0o600)
        try harness.folder.write("short", to: "short", mode: 0o600)
        let arguments = ["bundle", "--format", "pkcs12", "--to", "\(folder)/trust.p12", "--password-file"]
        #expect(await harness.run(arguments + ["\(folder)/words"]).status == 0)
        let read = Tool.shell("cd \(folder) && openssl pkcs12 -in trust.p12 -passin file:words -nokeys | openssl x509")
        #expect(read.output == root)
        try harness.folder.write("größer als 8", to: "umlaut", mode: 0o600)
        for name in ["short", "umlaut"] {
            let refused = await harness.run(arguments + ["\(folder)/\(name)"])
            #expect(refused.status == 65)
            #expect(refused.errors.contains("Java takes no password"))
        }
        #expect(await harness.run(arguments + ["\(folder)/none"]).status == 65)
    }

    @Test("a ConfigMap with a trust store for Java has it as binary data")
    func java() async throws {
        let (harness, _) = try await harness()
        let store = await harness.run(["bundle", "--format", "pkcs12"]).bytes
        let text = await harness.run(["configmap", "--java"]).output
        let map = try YAMLParser.document(text, file: "map")
        #expect(map["binaryData"]?["truststore.p12"]?.text == Encoding.base64(store))
        let plain = try YAMLParser.document(await harness.run(["configmap"]).output, file: "map")
        #expect(plain["binaryData"] == nil)
        #expect(plain["data"]?.pairs?.map(\.value.text) == map["data"]?.pairs?.map(\.value.text))
    }
}
