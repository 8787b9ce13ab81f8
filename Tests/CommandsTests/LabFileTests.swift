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

@Suite("The file lab.yaml, as users leave it")
struct LabFileTests {
    @Test("bytes that are no UTF-8 are refused where they stand")
    func notUTF8() async throws {
        let harness = try CommandHarness(lab: loopbackLab)
        #expect(await harness.run(["init"]).status == 0)
        var bytes = Array(loopbackLab.utf8)
        // In the value of `name: Ada`.
        let place = try #require(loopbackLab.utf8.firstRange(of: "Ada,".utf8)?.lowerBound)
        bytes[loopbackLab.utf8.distance(from: loopbackLab.utf8.startIndex, to: place)] = 0xff
        try Files.write(bytes, to: "\(harness.folder.path)/lab/lab.yaml")
        let outcome = await harness.run(["client", "list"])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("lab.yaml:10:51: "), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test("a byte order mark and Windows line ends are taken as they come", arguments: ["\u{feff}", ""])
    func windows(_ mark: String) async throws {
        let lines = loopbackLab.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
        let harness = try CommandHarness(lab: mark + lines)
        let outcome = await harness.run(["up", "--once"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("lab test (localhost)"))
    }

    @Test("a folder in place of the file is named, with the file that may be in it")
    func folder() async throws {
        let harness = try CommandHarness(lab: loopbackLab)
        let folder = "\(harness.folder.path)/lab"
        let outcome = await harness.run(["up", "--once", "--lab", folder])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("kindling: hint: name the file in it: --lab \(folder)/lab.yaml"))
    }

    @Test("a file without an end is given up")
    func endless() async throws {
        let outcome = try await CommandHarness().run(["up", "--once", "--lab", "/dev/zero"])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("larger than"))
    }

    @Test("hints carry the lab that was named, quoted for a shell")
    func hints() async throws {
        let harness = try CommandHarness()
        let lab = "\(harness.folder.path)/my lab/it's.yaml"
        let missing = await harness.run(["up", "--lab", lab])
        let quoted = "'\(harness.folder.path)/my lab/it'\\''s.yaml'"
        #expect(missing.errors.contains("kindling: hint: kindling init --lab \(quoted)\n"), "\(missing.errors)")
        try harness.folder.write(loopbackLab, to: "my lab/it's.yaml")
        for arguments in [["client", "list"], ["ca", "show"], ["idp", "serve"]] {
            let outcome = await harness.run(arguments + ["--lab", lab, "--state", "\(harness.folder.path)/s"])
            #expect(
                outcome.errors.contains("hint: kindling init --lab \(quoted) --state \(harness.folder.path)/s\n"),
                "\(outcome.errors)"
            )
        }
        #expect(await harness.run(["init", "--lab", lab]).status == 0)
        let noAuthority = await harness.run(["ca", "show", "--lab=\(lab)"])
        #expect(noAuthority.errors.contains("kindling ca create --lab \(quoted)\n"), "\(noAuthority.errors)")
        let unknown = await harness.run(["client", "show", "nothing-like-it", "--lab", lab])
        #expect(unknown.errors.contains("hint: kindling client list --lab \(quoted)\n"), "\(unknown.errors)")
    }

    @Test("each hint that is a command works")
    func hintsWork() async throws {
        let harness = try CommandHarness(lab: loopbackLab)
        for (arguments, hint) in [
            (["ca", "show"], ["init"]), (["ca", "show"], ["ca", "create"]),
            (["client", "show", "zzzzzzzz"], ["client", "list"]),
            (["user", "show", "zzzzzzzzzzz"], ["user", "list"]),
        ] {
            let failed = await harness.run(arguments)
            #expect(failed.status != 0)
            let words = (["kindling"] + hint).joined(separator: " ")
            #expect(failed.errors.contains(words), "\(failed.errors)")
            #expect(await harness.run(hint).status == 0)
        }
        let named = await harness.run(["cert", "issue", "printer"])
        #expect(named.status == 64)
        #expect(named.errors.contains("kindling cert issue printer --host printer.localhost"))
        let issued = await harness.run(["cert", "issue", "printer", "--host", "printer.localhost"])
        #expect(issued.status == 0, "\(issued.errors)")
    }
}
