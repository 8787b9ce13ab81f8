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

@Suite("kindling up --once")
struct UpTests {
    @Test("makes everything, and a second run changes no byte")
    func idempotent() async throws {
        let harness = try CommandHarness(lab: loopbackLab)
        let first = await harness.run(["up", "--once"])
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.contains("https://localhost:5556"))
        let out = "\(harness.folder.path)/lab/out"
        let before = try Snapshot(of: out)
        #expect(before.files.keys.contains("trust/ca.crt"))
        #expect(before.files.keys.contains("certificates/web/tls.key"))
        let second = await harness.run(["up", "--once"])
        #expect(second.status == 0, "\(second.errors)")
        #expect(second.output.contains("0 written"))
        #expect(!second.output.contains("made "))
        #expect(try Snapshot(of: out) == before)
    }

    @Test("accounts and the time that boards are told stay the same from run to run")
    func hostsAreTheSameAgain() async throws {
        let user = "username: ada, name: Ada,"
        let lab =
            loopbackLab.replacing(user, with: "\(user) shell: /bin/bash,") + """

                cluster: {version: v1.33.6+k3s1, endpoint: 127.0.0.1}
                nodes: [{name: board, role: server, arch: arm64}]
                """
        let harness = try CommandHarness(lab: lab)
        let first = await harness.run(["up", "--once"])
        #expect(first.status == 0, "\(first.errors)")
        #expect((first.output + first.errors).contains("secret shell-ada"))
        let folder = "\(harness.folder.path)/lab/out/nodes/board"
        let before = try Snapshot(of: folder)
        #expect(before.files["user-data"]?.text.contains("passwd: $y$") == true)
        #expect(before.files["user-data"]?.mode == 0o600)
        let line = try #require(before.files["cmdline"]?.text)
        let leaf = "\(harness.folder.path)/lab/out/certificates/web/tls.crt"
        let begin = Tool.shell("date +%s -d \"$(openssl x509 -in \(leaf) -noout -startdate | cut -d= -f2)\"").output
        let seconds = try #require(Int(begin.filter(\.isNumber)))
        #expect(line == "systemd.clock_usec=\(seconds * 1_000_000)\n", "all certificates of one run begin at once")
        #expect(await harness.run(["up", "--once"]).status == 0)
        #expect(try Snapshot(of: folder) == before)
    }

    @Test("no secret is in what is printed, in the database in clear, or in a file that others may read")
    func secretsStayIn() async throws {
        let harness = try CommandHarness(lab: loopbackLab)
        let up = await harness.run(["up", "--once"])
        let password = "correct horse battery staple"
        let passwd = await harness.run(["user", "passwd", "ada@example.com"], input: password + "\n")
        #expect(passwd.status == 0, "\(passwd.errors)")
        let shown = await harness.run(["client", "show", "web", "--reveal", "--yes", "--output", "json"])
        let secret = try #require(
            shown.output.split(separator: "\"secret\": \"").dropFirst().first?.split(separator: "\"").first
        )
        #expect(secret.utf8.count == 43)
        let key = String(
            decoding: try Files.read("\(harness.folder.path)/lab/out/certificates/web/tls.key"),
            as: UTF8.self
        )
        let keyLine = try #require(key.split(separator: "\n").dropFirst().first)
        for text in [up.output, up.errors, passwd.output, passwd.errors] {
            #expect(!text.contains(secret))
            #expect(!text.contains(password))
        }
        let needles = [String(secret), password, String(keyLine)]
        for (path, file) in try Snapshot(of: harness.folder.path).files {
            let isOpen = file.mode & 0o077 != 0
            for needle in needles {
                let isInside = file.text.contains(needle)
                #expect(!isInside || !isOpen, "\(path) has a secret and mode \(String(file.mode, radix: 8))")
                #expect(!isInside || !path.contains("/state/"), "\(path) holds a secret in clear")
            }
        }
    }

    @Test("an output that is not made any more is removed; the user's own files stay")
    func removesStaleOutputs() async throws {
        let harness = try CommandHarness(lab: loopbackLab)
        #expect(await harness.run(["up", "--once"]).status == 0)
        try harness.folder.write("mine", to: "lab/out/certificates/web/notes.txt")
        let text = loopbackLab.split(separator: "\ncertificates:")[0]
        try harness.folder.write(String(text) + "\n", to: "lab/lab.yaml")
        let outcome = await harness.run(["render"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let folder = "\(harness.folder.path)/lab/out/certificates/web"
        #expect(!Files.exists("\(folder)/tls.key"))
        #expect(Files.exists("\(folder)/notes.txt"))
    }

    @Test("outputs with a secret are not written where git tracks them", .enabled(if: Tool.isInstalled("git")))
    func trackedOutputs() async throws {
        let harness = try CommandHarness(lab: loopbackLab)
        let lab = "\(harness.folder.path)/lab"
        #expect(Tool.shell("git init -q \(lab)").status == 0)
        #expect(await harness.run(["up", "--once"]).status == 0)
        #expect(Tool.shell("git -C \(lab) status --porcelain").output == "?? lab.yaml\n")
        #expect(Tool.shell("git -C \(lab) add -f out/certificates/web/tls.key").status == 0)
        for command in [["up", "--once"], ["render"]] {
            let outcome = await harness.run(command)
            #expect(outcome.status == 77)
            #expect(outcome.errors.contains("certificates/web/tls.key: git tracks it"))
        }
        #expect(await harness.run(["render", "--check"]).status == 0)
        // What the hint says puts it right.
        #expect(Tool.shell("git -C \(lab)/out rm -q --cached certificates/web/tls.key").status == 0)
        #expect(await harness.run(["up", "--once"]).status == 0)
    }

    @Test("render --check finds what is stale, and exits 2")
    func check() async throws {
        let harness = try CommandHarness(lab: loopbackLab)
        #expect(await harness.run(["up", "--once"]).status == 0)
        #expect(await harness.run(["render", "--check"]).status == 0)
        try harness.folder.write("changed", to: "lab/out/trust/ca.crt")
        let stale = await harness.run(["render", "--check"])
        #expect(stale.status == 2)
        #expect(stale.output.contains("trust/ca.crt"))
        #expect(try Files.read("\(harness.folder.path)/lab/out/trust/ca.crt") == Array("changed".utf8))
    }

    @Test(
        "the trust page is named where something listens for it, and nowhere else",
        arguments: [
            ("url: http://pki.localhost/x, listen: \"127.0.0.1:8080\"", "http://pki.localhost/x/ca"),
            ("listen: \"127.0.0.1:8080\"", "http://127.0.0.1:8080/ca"), ("url: http://pki.localhost", nil),
        ]
    )
    func trustPage(keys: String, address: String?) async throws {
        let authority = "authority: {permitted: [localhost, 127.0.0.0/8], \(keys)}\nidentity:"
        let rest = try #require(loopbackLab.split(separator: "\nidentity:", maxSplits: 1).last)
        let harness = try CommandHarness(lab: "lab: test\ndomain: localhost\n" + authority + rest)
        for (arguments, line) in [
            (["up", "--dry-run"], "would publish certificates at "), (["up", "--once"], "  trust page  "),
        ] {
            let outcome = await harness.run(arguments)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(!outcome.output.contains("not served"))
            if let address {
                #expect(outcome.output.contains(line + address))
            } else {
                #expect(!outcome.output.contains(line))
            }
        }
    }

    @Test("--dry-run makes nothing")
    func dryRun() async throws {
        let harness = try CommandHarness(lab: loopbackLab)
        let outcome = await harness.run(["up", "--dry-run"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("would make"))
        #expect(Files.names(in: "\(harness.folder.path)/lab") == ["lab.yaml"])
    }

    @Test("a missing master key is named, and the state stays as it was")
    func missingKey() async throws {
        let harness = try CommandHarness(lab: loopbackLab)
        #expect(await harness.run(["up", "--once"]).status == 0)
        try Files.remove("\(harness.folder.path)/keys/master.key")
        let before = try Files.read("\(harness.folder.path)/lab/state/kindling.sqlite")
        let outcome = await harness.run(["up", "--once"])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("master.key"))
        #expect(outcome.errors.contains("kindling: hint:"))
        #expect(try Files.read("\(harness.folder.path)/lab/state/kindling.sqlite") == before)
        #expect(!Files.exists("\(harness.folder.path)/keys/master.key"))
    }

    @Test("a broken database is named, and stays as it was")
    func brokenState() async throws {
        let harness = try CommandHarness(lab: loopbackLab)
        #expect(await harness.run(["up", "--once"]).status == 0)
        for name in ["-wal", "-shm"] { try Files.remove("\(harness.folder.path)/lab/state/kindling.sqlite\(name)") }
        let garbage = String(repeating: "no database ", count: 1000)
        try harness.folder.write(garbage, to: "lab/state/kindling.sqlite", mode: 0o600)
        let outcome = await harness.run(["client", "list"])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("damaged"))
        #expect(try Files.read("\(harness.folder.path)/lab/state/kindling.sqlite") == Array(garbage.utf8))
    }
}

/// Every file below a folder with its mode and text.
struct Snapshot: Equatable {
    struct File: Equatable {
        var mode: UInt32
        var text: String
    }

    var files: [String: File] = [:]

    init(of folder: String) throws {
        try add(folder, "")
    }

    private mutating func add(_ root: String, _ below: String) throws {
        for name in Files.names(in: below.isEmpty ? root : "\(root)/\(below)") {
            let path = below.isEmpty ? name : "\(below)/\(name)"
            if Files.isFolder("\(root)/\(path)") {
                try add(root, path)
            } else {
                let bytes = try Files.read("\(root)/\(path)")
                files[path] = File(
                    mode: Files.mode(of: "\(root)/\(path)") ?? 0,
                    text: String(decoding: bytes, as: UTF8.self)
                )
            }
        }
    }
}
