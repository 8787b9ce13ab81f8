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

@Suite("kindling up, when lab.yaml or the time has changed")
struct UpChangesTests {
    private func harness() async throws -> CommandHarness {
        let harness = try CommandHarness(lab: loopbackLab)
        let outcome = await harness.run(["up", "--once"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return harness
    }

    private func change(_ harness: CommandHarness, _ old: String, _ new: String) throws {
        #expect(loopbackLab.contains(old))
        let text = loopbackLab.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
        try harness.folder.write(text, to: "lab/lab.yaml")
    }

    @Test("other hosts bring another certificate, and the same hosts none")
    func hosts() async throws {
        let harness = try await harness()
        let path = "\(harness.folder.path)/lab/out/certificates/web/tls.crt"
        let before = try Files.read(path)
        try change(harness, "hosts: [localhost, 127.0.0.1]", "hosts: [localhost, 127.0.0.1, www.localhost]")
        let outcome = await harness.run(["up", "--once"])
        #expect(
            outcome.output.contains("made        certificate web for localhost, 127.0.0.1, www.localhost"),
            "\(outcome.output)"
        )
        let after = try Files.read(path)
        #expect(after != before)
        #expect(await harness.run(["up", "--once"]).output.contains("0 written"))
    }

    @Test("what is due is renewed, and what is not stays")
    func renewal() async throws {
        let harness = try await harness()
        let start = Date(timeIntervalSince1970: 1_800_000_000)
        let early = await harness.run(["up", "--once"], now: start.addingTimeInterval(20 * 86_400))
        #expect(early.output.contains("0 written"))
        let late = await harness.run(["up", "--once"], now: start.addingTimeInterval(85 * 86_400))
        #expect(late.status == 0, "\(late.errors)")
        #expect(late.output.contains("made        certificate web"))
        #expect(late.output.contains("made        certificate issuer"))
        #expect(!late.output.contains("made        secret"))
    }

    @Test("a client that is added gets a secret, and the others keep theirs")
    func clients() async throws {
        let harness = try await harness()
        let before = await harness.run(["client", "show", "web", "--reveal", "--yes"]).output
        let wiki = "clients:\n  - {id: wiki, name: Wiki, redirectURIs: [https://localhost:9/cb]}"
        try change(harness, "clients:", wiki)
        let added = await harness.run(["up", "--once"])
        #expect(added.output.contains("made        secret of client wiki"))
        #expect(await harness.run(["client", "show", "web", "--reveal", "--yes"]).output == before)
        try change(harness, "id: web", "id: webb")
        #expect(await harness.run(["up", "--once"]).status == 0)
        #expect(await harness.run(["client", "list"]).output.contains("wiki") == false)
        #expect(await harness.run(["client", "show", "web"]).status == 64)
    }

    @Test("other constraints than the authority was made with draw a warning")
    func permitted() async throws {
        let harness = try await harness()
        try change(harness, "permitted: [localhost, 127.0.0.0/8]", "permitted: [localhost, 127.0.0.0/8, 10.0.0.0/8]")
        let outcome = await harness.run(["up", "--once"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("kindling: warning: "))
        #expect(outcome.errors.contains("10.0.0.0/8"))
        #expect(!outcome.output.contains("made "))
    }

    @Test("the name of the provider's own certificate cannot be taken")
    func issuerName() async throws {
        let harness = try await harness()
        let issued = await harness.run(["cert", "issue", "issuer"])
        #expect(issued.status == 64)
        #expect(issued.errors.contains("is kept for"))
        #expect(await harness.run(["cert", "issue", "issuer", "--host", "localhost"]).status == 64)
        try change(harness, "name: web, hosts", "name: issuer, hosts")
        #expect(await harness.run(["up", "--once"]).status == 65)
    }

    @Test("progress is for terminals alone")
    func progress() async throws {
        let quiet = try await CommandHarness(lab: loopbackLab).run(["up", "--once"])
        #expect(!quiet.errors.contains("making the authority"))
        let told = try await CommandHarness(lab: loopbackLab).run(["up", "--once"], terminals: [.error])
        #expect(told.errors.contains("making the authority, keys of p256"))
    }
}
