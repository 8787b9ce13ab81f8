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

@Suite("Many certificates at once")
struct CertBatchTests {
    private func harness() async throws -> CommandHarness {
        let harness = try CommandHarness(lab: loopbackLab)
        #expect(await harness.run(["ca", "create"]).status == 0)
        return harness
    }

    private func list(_ count: Int) -> String {
        (0..<count).map { "- {name: host-\($0), hosts: [host-\($0).localhost, 127.0.0.\($0 % 250 + 1)]}\n" }.joined()
    }

    @Test("all of a file are issued, written and listed, in its order", .enabled(if: Tool.isInstalled("openssl")))
    func batch() async throws {
        let harness = try await harness()
        let file = try harness.folder.write(list(600), to: "list.yaml")
        let out = "\(harness.folder.path)/out"
        let outcome = await harness.run(["cert", "issue", "--batch", file, "--to", out, "--output", "json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors == "issued 600 certificates, written to \(out)\n")
        let records = try #require(YAMLParser.document(outcome.output, file: "json").items)
        #expect(records.map { $0["name"]?.text } == (0..<600).map { "host-\($0)" })
        let verified = Tool.shell(
            "for i in 0 299 599; do openssl verify -attime 1800000000 -x509_strict -verify_hostname host-$i.localhost "
                + "-CAfile \(out)/host-$i/ca.crt -untrusted \(out)/host-$i/tls.crt \(out)/host-$i/tls.crt "
                + "&& openssl x509 -in \(out)/host-$i/tls.crt -noout -pubkey >\(out)/a "
                + "&& openssl pkey -pubout -in \(out)/host-$i/tls.key | cmp - \(out)/a || exit 1; done"
        )
        #expect(verified.status == 0, "\(verified.output)")
        let listed = await harness.run(["cert", "list", "--output", "json"])
        #expect(try YAMLParser.document(listed.output, file: "json").items?.count == 600)
        #expect(await harness.run(["audit"]).output.contains("250 of a batch: host-0 … host-249"))
    }

    @Test("nothing is issued when one entry is wrong, and a dry run issues nothing")
    func refused() async throws {
        let harness = try await harness()
        let wrong = list(300) + "- {name: bank, hosts: [www.example.com]}\n"
        let outcome = await harness.run(["cert", "issue", "--batch", "-"], input: wrong)
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("standard input:301:24: error: certificates[300].hosts[0] lies outside"))
        let dry = await harness.run(["cert", "issue", "--batch", "-", "--dry-run"], input: list(3))
        #expect(dry.output == "would issue 3 certificates\n")
        #expect(await harness.run(["cert", "list", "--output", "json"]).output == "[]\n")
    }

    @Test(
        "names and their properties come from the file alone",
        arguments: [
            ["cert", "issue"], ["cert", "issue", "nas", "--batch", "x"],
            ["cert", "issue", "--batch", "x", "--host", "a"],
            ["cert", "issue", "--batch", "x", "--lifetime", "9d"],
        ]
    )
    func usage(arguments: [String]) async throws {
        let outcome = await (try harness()).run(arguments)
        #expect(outcome.status == 64, "\(outcome.errors)")
    }

    @Test("a file that is too large, or no text, is refused")
    func hostile() async throws {
        let harness = try await harness()
        let file = "\(harness.folder.path)/list.yaml"
        try Files.write([0xff, 0xfe, 0x00], to: file)
        #expect(await harness.run(["cert", "issue", "--batch", file]).status == 65)
        #expect(await harness.run(["cert", "issue", "--batch", "/dev/zero"]).status == 65)
        #expect(await harness.run(["cert", "issue", "--batch", "\(file).none"]).status != 0)
    }

    @Test("no key of a batch is written where git would take it", .enabled(if: Tool.isInstalled("git")))
    func git() async throws {
        let harness = try await harness()
        let tree = "\(harness.folder.path)/tree"
        try harness.folder.write("out/*\n!out/host-1\n", to: "tree/.gitignore")
        #expect(Tool.shell("git init -q \(tree)").status == 0)
        let file = try harness.folder.write(list(2), to: "list.yaml")
        let refused = await harness.run(["cert", "issue", "--batch", file, "--to", "\(tree)/out"])
        #expect(refused.status == 77)
        #expect(refused.errors.contains("out/host-1/tls.key"))
        #expect(!Files.exists("\(tree)/out"))
        try harness.folder.write("out/\n", to: "tree/.gitignore")
        #expect(await harness.run(["cert", "issue", "--batch", file, "--to", "\(tree)/out"]).status == 0)
        #expect(Tool.shell("cd \(tree) && git add -f out/host-0/tls.key").status == 0)
        let tracked = await harness.run(["cert", "issue", "--batch", file, "--to", "\(tree)/out"])
        #expect(tracked.status == 77)
        #expect(tracked.errors.contains("git tracks it"))
    }
}
