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

@Suite("kindling init")
struct InitTests {
    @Test("writes a lab.yaml that validates, and a state with its key outside")
    func writesLabAndState() async throws {
        let harness = try CommandHarness()
        let outcome = await harness.run(["init", "--name", "ainur", "--domain", "kidd.network"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let folder = harness.folder.path
        #expect(Files.exists("\(folder)/lab/lab.yaml"))
        #expect(Files.mode(of: "\(folder)/lab/state") == 0o700)
        #expect(Files.mode(of: "\(folder)/keys/master.key") == 0o600)
        #expect(try Files.read("\(folder)/lab/state/.gitignore") == Array("*\n".utf8))
        // The same command on what it wrote validates it and changes nothing.
        let before = try Files.read("\(folder)/lab/lab.yaml")
        let again = await harness.run(["init"])
        #expect(again.status == 0, "\(again.errors)")
        #expect(try Files.read("\(folder)/lab/lab.yaml") == before)
    }

    @Test("--dry-run writes nothing")
    func dryRun() async throws {
        let harness = try CommandHarness()
        let outcome = await harness.run(["init", "--name", "ainur", "--domain", "kidd.network", "--dry-run"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("would write"))
        #expect(Files.names(in: harness.folder.path).isEmpty)
    }

    @Test("makes only the state where a lab.yaml stands, and refuses one with mistakes")
    func standingLab() async throws {
        let harness = try CommandHarness(lab: loopbackLab)
        #expect(await harness.run(["init"]).status == 0)
        let broken = try CommandHarness(lab: loopbackLab + "\ncolour: red\n")
        let outcome = await broken.run(["init"])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("lab.yaml:25:1: error:") || outcome.errors.contains(":1: error:"))
        #expect(!Files.exists("\(broken.folder.path)/lab/state"))
    }

    @Test("a name that is no DNS label is refused")
    func badName() async throws {
        let harness = try CommandHarness()
        let outcome = await harness.run(["init", "--name", "Über Lab", "--domain", "kidd.network"])
        #expect(outcome.status == 64 || outcome.status == 65)
        #expect(!Files.exists("\(harness.folder.path)/lab/lab.yaml"))
    }
}
