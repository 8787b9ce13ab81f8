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

@Suite("Secrets on the command line")
struct SecretCommandTests {
    private func harness() async throws -> CommandHarness {
        let harness = try CommandHarness(lab: loopbackLab)
        let outcome = await harness.run(["up", "--once"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return harness
    }

    @Test("a secret is shown on a terminal, and elsewhere only with --yes")
    func reveal() async throws {
        let harness = try await harness()
        let hidden = await harness.run(["client", "show", "web"])
        #expect(hidden.status == 0)
        #expect(hidden.output.contains("••• "))
        let refused = await harness.run(["client", "show", "web", "--reveal"])
        #expect(refused.status == 77)
        #expect(refused.output.isEmpty)
        #expect(await harness.run(["client", "show", "web", "--reveal"], terminals: [.output]).status == 0)
        #expect(await harness.run(["client", "show", "web", "--reveal", "--yes"]).status == 0)
    }

    @Test("a client's secret is set from standard input; a weak one draws a warning, an empty one is refused")
    func set() async throws {
        let harness = try await harness()
        let strong = String(repeating: "Zm9vYmFyMTIzNDU2", count: 3)
        let outcome = await harness.run(["client", "set", "web"], input: strong + "\n")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!outcome.errors.contains("warning"))
        #expect(!(outcome.output + outcome.errors).contains(strong))
        let shown = await harness.run(["client", "show", "web", "--reveal", "--yes"])
        #expect(shown.output.contains(strong))
        let again = await harness.run(["client", "set", "web"], input: strong)
        #expect(again.output.contains("already"))
        let weak = await harness.run(["client", "set", "web"], input: "hunter2")
        #expect(weak.status == 0)
        #expect(weak.errors.contains("kindling: warning:"))
        let empty = await harness.run(["client", "set", "web"], input: "\n")
        #expect(empty.status == 65)
        #expect(await harness.run(["client", "set", "cli"], input: strong).status == 64)
        let unknown = await harness.run(["client", "set", "wep"], input: strong)
        #expect(unknown.status == 64)
        #expect(unknown.errors.contains("did you mean web?"))
    }

    @Test("--dry-run sets nothing")
    func dryRun() async throws {
        let harness = try await harness()
        let before = await harness.run(["client", "show", "web", "--reveal", "--yes"]).output
        let value = String(repeating: "Zm9vYmFyMTIzNDU2", count: 3)
        #expect(await harness.run(["client", "set", "web", "--dry-run"], input: value).status == 0)
        #expect(await harness.run(["client", "show", "web", "--reveal", "--yes"]).output == before)
    }

    @Test("a short password is refused, and says why without repeating it")
    func shortPassword() async throws {
        let harness = try await harness()
        let outcome = await harness.run(["user", "passwd", "ada"], input: "s3cret")
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("characters"))
        #expect(!outcome.errors.contains("s3cret"))
        let list = await harness.run(["user", "list", "--output", "json"])
        #expect(list.output.contains("\"password\": \"not set\""))
    }

    @Test("an invitation is a link below the issuer, and a new one each time")
    func invitation() async throws {
        let harness = try await harness()
        let first = await harness.run(["user", "invite", "ada@example.com"])
        let second = await harness.run(["user", "invite", "ADA"])
        #expect(first.status == 0)
        #expect(first.output.hasPrefix("https://localhost:5556/password/"))
        #expect(first.output != second.output)
        #expect(await harness.run(["user", "invite", "nobody"]).status == 64)
    }
}
