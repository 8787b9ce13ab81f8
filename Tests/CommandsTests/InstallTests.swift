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

@Suite("Trust stores of a machine")
struct InstallTests {
    /// The folders of distributions, with what each says to run.
    static let families: [(folder: String, program: String)] = [
        ("usr/local/share/ca-certificates", "update-ca-certificates"),
        ("etc/pki/ca-trust/source/anchors", "update-ca-trust"),
        ("etc/pki/trust/anchors", "update-ca-certificates"),
        ("etc/ca-certificates/trust-source/anchors", "update-ca-trust"),
    ]

    let harness: CommandHarness
    /// The tree of an image.
    let image: String
    /// Stands for the image's folder of certificates.
    let anchors: String

    init() async throws {
        harness = try CommandHarness(lab: loopbackLab)
        image = "\(harness.folder.path)/image"
        anchors = "\(image)/\(Self.families[0].folder)"
        try Files.makeFolder(anchors)
        let made = await harness.run(["ca", "create"])
        #expect(made.status == 0, "\(made.errors)")
    }

    private func run(_ arguments: [String], environment: [String: String] = [:]) async -> CommandHarness.Outcome {
        await harness.run(["ca"] + arguments + ["--root", image], environment: environment)
    }

    private func root() async -> String { await harness.run(["bundle"]).output }

    /// The lab's authority made anew, as after a rotation that is finished.
    private func renewAuthority() async throws {
        for name in ["kindling.sqlite", "kindling.sqlite-wal", "kindling.sqlite-shm"] {
            try Files.remove("\(harness.folder.path)/lab/state/\(name)")
        }
        try Files.remove("\(harness.folder.path)/keys/master.key")
        #expect(await harness.run(["ca", "create"]).status == 0)
    }

    // MARK: The system's store

    @Test("each distribution gets one file per certificate, and is told what to run", arguments: families)
    func distributions(_ folder: String, _ program: String) async throws {
        let (tree, place) = ("\(harness.folder.path)/tree", "\(harness.folder.path)/tree/\(folder)")
        try Files.makeFolder(place)
        let outcome = await harness.run(["ca", "install", "--root", tree])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("chroot \(tree) \(program)\n"))
        let names = Files.names(in: place)
        #expect(names.count == 1)
        #expect(try #require(names.first).wholeMatch(of: /kindling-test-[0-9a-f]{8}\.crt/) != nil)
        #expect(String(decoding: try Files.read("\(place)/\(names[0])"), as: UTF8.self) == (await root()))
        #expect(Files.mode(of: "\(place)/\(names[0])") == 0o644)
    }

    @Test("a second run changes nothing and says so; a dry run writes nothing")
    func idempotent() async throws {
        let dry = await run(["install", "--dry-run"])
        #expect(dry.output.contains("would add kindling-test-"))
        #expect(Files.names(in: anchors) == [])
        #expect(await run(["install"]).output.contains("added kindling-test-"))
        let again = await run(["install"])
        #expect(again.status == 0)
        #expect(again.output.contains("already"))
        #expect(again.errors.isEmpty)
        let dryRemoval = await run(["uninstall", "--dry-run"])
        #expect(dryRemoval.output.contains("would remove kindling-test-"))
        #expect(Files.names(in: anchors).count == 1)
    }

    @Test("a root of this lab that is gone is taken out, those of other labs and of the user stay")
    func rotated() async throws {
        #expect(await run(["install"]).status == 0)
        let old = try #require(Files.names(in: anchors).first)
        let text = try Files.read("\(anchors)/\(old)")
        let others = [
            old.replacing("-test-", with: "-test-two-"), "mine.crt", "kindling-test-00000000.crt", "kindling-x",
        ]
        for name in others { try Files.write(text, to: "\(anchors)/\(name)") }
        try await renewAuthority()
        let outcome = await run(["install"])
        #expect(outcome.output.contains("removed \(old.dropLast(4)) from"))
        #expect(Files.names(in: anchors).count == others.count + 1)
        #expect(Set(others).isSubset(of: Files.names(in: anchors)))
        #expect(await run(["uninstall"]).output.contains("removed kindling-test-"))
        #expect(Set(Files.names(in: anchors)) == Set(others))
        #expect(await run(["uninstall"]).output.contains("nothing to remove from"))
    }

    @Test("a root under another name is there already")
    func otherName() async throws {
        try Files.write(Array(await root().utf8), to: "\(anchors)/mine.crt")
        #expect(await run(["install"]).output.contains("already"))
        #expect(Files.names(in: anchors) == ["mine.crt"])
        #expect(await run(["uninstall"]).status == 0)
        #expect(Files.names(in: anchors) == ["mine.crt"])
    }

    @Test("what the user made of a file of that name is replaced by install and left alone by uninstall")
    func changedFile() async throws {
        #expect(await run(["install"]).status == 0)
        let name = try #require(Files.names(in: anchors).first)
        try Files.write(Array("mine".utf8), to: "\(anchors)/\(name)")
        #expect(await run(["uninstall"]).status == 0)
        #expect(try Files.read("\(anchors)/\(name)") == Array("mine".utf8))
        #expect(await run(["install"]).output.contains("added"))
        #expect(try Files.read("\(anchors)/\(name)") == Array(await root().utf8))
    }

    @Test("a link that leads out of the image is not followed")
    func escape() async throws {
        let outside = "\(harness.folder.path)/outside"
        try Files.makeFolder(outside)
        let tree = "\(harness.folder.path)/tree/usr/local/share"
        try Files.makeFolder(tree)
        #expect(Tool.shell("ln -s \(outside) \(tree)/ca-certificates").status == 0)
        let outcome = await harness.run(["ca", "install", "--root", "\(harness.folder.path)/tree"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("no trust store was found"))
        #expect(Files.names(in: outside) == [])
    }

    @Test("without the rights nothing is changed, and the hint has the command for root")
    func notPermitted() async throws {
        try #require(Tool.shell("chmod 0555 \(anchors)").status == 0)
        // Root may write anywhere, so only others see the refusal.
        guard Tool.shell("test -w \(anchors)").status != 0 else { return }
        let outcome = await run(["install"])
        #expect(outcome.status == 77)
        #expect(outcome.errors.contains("hint: run with the rights for it: sudo --preserve-env=HOME,KINDLING_KEY_FILE"))
        #expect(outcome.errors.contains("kindling ca install --store system"))
    }

    @Test("no store, an unknown kind and an image that is none are told apart")
    func noStore() async throws {
        #expect(await run(["install", "--store", "nss"]).status == 1)
        #expect(await run(["install", "--store", "windows"]).status == 64)
        #expect(await harness.run(["ca", "install", "--root", "\(image)/none"]).status == 64)
    }

    // MARK: Stores that a program changes

    /// A program in the search path that writes its arguments down and answers as `script` says.
    private func program(_ name: String, _ script: String) throws -> [String: String] {
        let folder = harness.folder.path
        let text = "#!/bin/bash\nprintf '%s|' \"$@\" >>\(folder)/\(name).log; echo >>\(folder)/\(name).log\n\(script)\n"
        try harness.folder.write(text, to: "bin/\(name)", mode: 0o755)
        return ["PATH": "\(folder)/bin:/usr/bin:/bin", "HOME": "/home/ada", "JAVA_HOME": "/opt/java"]
    }

    private func log(_ name: String) throws -> [String] {
        String(decoding: try Files.read("\(harness.folder.path)/\(name).log"), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    @Test("every database of Firefox and Chromium is found and gets the root, as an authority for servers alone")
    func nss() async throws {
        let places = [
            ".pki/nssdb", ".mozilla/firefox/abc.default release", "snap/firefox/common/.mozilla/firefox/x",
            ".var/app/org.mozilla.firefox/.mozilla/firefox/y",
        ].map { "\(image)/home/ada/\($0)" }
        for place in places {
            try Files.makeFolder(place)
            try Files.write([], to: "\(place)/cert9.db")
        }
        try Files.makeFolder("\(image)/home/ada/.mozilla/firefox/Crash Reports")
        let environment = try program("certutil", "[[ $* != *' -A '* ]] || cat >\(harness.folder.path)/input")
        let outcome = await run(["install", "--store", "nss"], environment: environment)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let added = try log("certutil").filter { $0.contains("|-A|") }
        #expect(added.count == places.count)
        for place in places {
            #expect(added.contains { $0.hasPrefix("-d|sql:\(place)|-A|-t|C,,|-n|kindling-test-") })
        }
        #expect(String(decoding: try Files.read("\(harness.folder.path)/input"), as: UTF8.self) == (await root()))
    }

    @Test("a root that a browser has under another nickname is there already, and its own is removed")
    func nssEntries() async throws {
        let place = "\(image)/home/ada/.pki/nssdb"
        try Files.makeFolder(place)
        try Files.write([], to: "\(place)/cert9.db")
        try harness.folder.write(await root(), to: "root.pem")
        let list =
            "Certificate Nickname    Trust Attributes\\n  SSL,S/MIME,JAR/XPI\\n\\nMy Lab   (old)   C,,  \\nother  c,,\\n"
        let environment = try program(
            "certutil",
            "if [[ $* == *-n* ]]; then cat \(harness.folder.path)/root.pem; else printf '\(list)'; fi"
        )
        let outcome = await run(["install", "--store", "nss"], environment: environment)
        #expect(outcome.output.contains("already"), "\(outcome.errors)")
        #expect(try log("certutil").contains("-d|sql:\(place)|-L|-n|My Lab   (old)|-a|"))
        #expect(try log("certutil").allSatisfy { !$0.contains("other") && !$0.contains("-A") })
    }

    @Test("key stores of Java get the root once each, through standard input")
    func java() async throws {
        for place in ["opt/java/lib/security", "etc/ssl/certs/java"] {
            try Files.makeFolder("\(image)/\(place)")
        }
        try Files.write([], to: "\(image)/etc/ssl/certs/java/cacerts")
        #expect(
            Tool.shell("ln -s ../../../../etc/ssl/certs/java/cacerts \(image)/opt/java/lib/security/cacerts").status
                == 0
        )
        let environment = try program("keytool", "[[ $1 != -importcert ]] || cat >\(harness.folder.path)/input")
        #expect(await run(["install", "--store", "java"], environment: environment).status == 0)
        let added = try log("keytool").filter { $0.hasPrefix("-importcert") }
        #expect(added.count == 1)
        #expect(added[0].hasPrefix("-importcert|-noprompt|-alias|kindling-test-"))
        #expect(String(decoding: try Files.read("\(harness.folder.path)/input"), as: UTF8.self) == (await root()))
    }

    @Test("what Debian copied into Java's store is found there and removed")
    func javaEntries() async throws {
        try Files.makeFolder("\(image)/etc/ssl/certs/java")
        try Files.write([], to: "\(image)/etc/ssl/certs/java/cacerts")
        #expect(await run(["install", "--store", "system"]).status == 0)
        let label = try #require(Files.names(in: anchors).first).dropLast(4)
        let list =
            "Keystore type: JKS\n\nAlias name: debian:\(label).pem\nEntry type: trustedCertEntry\n\n\(await root())\n\n"
        try harness.folder.write(list + "Alias name: mine\n\n\(await root())", to: "list")
        let environment = try program("keytool", "[[ $1 != -list ]] || cat \(harness.folder.path)/list")
        #expect(await run(["install", "--store", "java"], environment: environment).output.contains("already"))
        #expect(await run(["uninstall", "--store", "java"], environment: environment).status == 0)
        let removed = try log("keytool").filter { $0.hasPrefix("-delete") }
        #expect(removed.count == 1)
        #expect(removed[0].hasPrefix("-delete|-alias|debian:\(label).pem|"))
    }

    @Test("a program that fails is quoted; one that is missing is named with its package")
    func programs() async throws {
        try Files.makeFolder("\(image)/etc/ssl/certs/java")
        try Files.write([], to: "\(image)/etc/ssl/certs/java/cacerts")
        let failing = try program("keytool", "echo 'keytool error: password was incorrect'; exit 1")
        let outcome = await run(["install", "--store", "java"], environment: failing)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("keytool failed: keytool error: password was incorrect"))
        let missing = ["PATH": "/nowhere"]
        #expect(
            await run(["install", "--store", "java"], environment: missing).errors.contains("keytool is not installed")
        )
        let others = await run(["install"], environment: missing)
        #expect(others.status == 0)
        #expect(others.errors.contains("warning: keytool is not installed"))
    }
}
