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

@Suite("Renewal on the command line")
struct RenewalCommandTests {
    /// When everything of `harness()` is due.
    private static let due = day(61)

    private static func day(_ number: Double) -> Date { Date(timeIntervalSince1970: 1_800_000_000 + number * 86_400) }

    /// A lab with its outputs, and the certificate `nas` in a folder `tls`.
    private func harness() async throws -> CommandHarness {
        let harness = try CommandHarness(lab: loopbackLab)
        for arguments in [
            ["up", "--once"], ["cert", "issue", "nas", "--host", "localhost", "--to", "\(harness.folder.path)/tls"],
        ] {
            let outcome = await harness.run(arguments)
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        return harness
    }

    /// The values of a field in a list in JSON.
    private func values(_ field: String, _ outcome: CommandHarness.Outcome) throws -> [String] {
        let rows = try #require(try YAMLParser.document(outcome.output, file: "json").items)
        return rows.map { $0[field]?.text ?? "" }
    }

    private func serial(_ folder: String) -> String {
        Tool.shell("openssl x509 -in \(folder)/tls.crt -noout -serial").output
    }

    private func renew(_ harness: CommandHarness, _ arguments: String..., now: Date = day(0)) async
        -> CommandHarness.Outcome
    {
        await harness.run(["cert", "renew"] + arguments, now: now)
    }

    @Test func `nothing is renewed that is not due`() async throws {
        let harness = try await harness()
        let outcome = await renew(harness)
        #expect(outcome.status == 0)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors == "nothing is due\n")
        #expect(await renew(harness, "--output", "json").output == "[]\n")
    }

    @Test func `what is due is renewed with its key, and comes to its folders and among the outputs`() async throws {
        let harness = try await harness()
        let tls = "\(harness.folder.path)/tls"
        let out = "\(harness.folder.path)/lab/out/certificates/web"
        let keys = try [tls, out].map { try Files.read("\($0)/tls.key") }
        let serials = [tls, out].map(serial)
        let outcome = await renew(harness, "--output", "json", now: Self.due)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try values("name", outcome) == ["issuer", "web", "nas"])
        #expect(try values("reason", outcome) == ["due", "due", "due"])
        #expect(outcome.output.contains(tls))
        #expect(outcome.output.contains(out))
        for (index, folder) in [tls, out].enumerated() {
            #expect(try Files.read("\(folder)/tls.key") == keys[index])
            #expect(serial(folder) != serials[index])
        }
        // The outputs are what `up` would write.
        #expect(await harness.run(["render", "--check"], now: Self.due).status == 0)
        #expect(await renew(harness, now: Self.due).errors == "nothing is due\n")
    }

    @Test func `a dry run tells what would be renewed, and renews nothing`() async throws {
        let harness = try await harness()
        let tls = "\(harness.folder.path)/tls"
        let before = (serial(tls), await harness.run(["cert", "list", "--output", "json"], now: Self.due).output)
        let outcome = await renew(harness, "--dry-run", now: Self.due)
        #expect(outcome.status == 0)
        #expect(outcome.output.hasPrefix("NAME"))
        #expect(outcome.output.contains("due"))
        #expect(serial(tls) == before.0)
        #expect(await harness.run(["cert", "list", "--output", "json"], now: Self.due).output == before.1)
    }

    @Test func `a named one is renewed in any case, with another key where that is asked`() async throws {
        let harness = try await harness()
        let tls = "\(harness.folder.path)/tls"
        let key = try Files.read("\(tls)/tls.key")
        let asked = await renew(harness, "nas", "--output", "json")
        #expect(try values("reason", asked) == ["asked"])
        #expect(try Files.read("\(tls)/tls.key") == key)
        #expect(await renew(harness, "nas", "--rekey").status == 0)
        #expect(try Files.read("\(tls)/tls.key") != key)
        #expect(Files.mode(of: "\(tls)/tls.key") == 0o600)
        let (certified, own) = (
            Tool.shell("openssl x509 -in \(tls)/tls.crt -noout -pubkey").output,
            Tool.shell("openssl pkey -in \(tls)/tls.key -pubout").output
        )
        #expect(certified == own)
        let missing = await renew(harness, "nobody")
        #expect(missing.status == 1)
        #expect(missing.errors.contains("there is no certificate nobody"))
    }

    @Test func `a revoked one is issued anew if lab.yaml has it, with another key after a compromise`() async throws {
        let harness = try await harness()
        let out = "\(harness.folder.path)/lab/out/certificates/web"
        let key = try Files.read("\(out)/tls.key")
        #expect(await harness.run(["cert", "revoke", "nas", "--reason", "cessationOfOperation"]).status == 0)
        #expect(await harness.run(["cert", "revoke", "web", "--reason", "keyCompromise"]).status == 0)
        let outcome = await renew(harness, "--output", "json")
        #expect(try values("name", outcome) == ["web"])
        #expect(try values("reason", outcome) == ["revoked"])
        #expect(try Files.read("\(out)/tls.key") != key)
        let later = await renew(harness, "--output", "json", now: Self.due)
        #expect(try !values("name", later).contains("nas"))
        #expect(try values("name", await renew(harness, "nas", "--output", "json")) == ["nas"])
    }

    @Test func `a folder that was removed is forgotten with a notice, one out of reach is not`() async throws {
        let harness = try await harness()
        let mounted = "\(harness.folder.path)/mount/tls"
        #expect(await harness.run(["cert", "issue", "far", "--host", "localhost", "--to", mounted]).status == 0)
        #expect(Tool.shell("rm -r \(harness.folder.path)/tls \(harness.folder.path)/mount").status == 0)
        let outcome = await renew(harness)
        #expect(outcome.errors.contains("\(harness.folder.path)/tls was removed; the certificate nas is not written"))
        #expect(outcome.errors.contains("kindling: warning: \(mounted) cannot be reached"))
        let repeated = await renew(harness)
        #expect(!repeated.errors.contains("was removed"))
        #expect(repeated.errors.contains("cannot be reached"))
        // Back again, it gets what has changed meanwhile.
        #expect(await renew(harness, "far").status == 0)
        #expect(Tool.shell("mkdir -p \(mounted)").status == 0)
        #expect(await renew(harness).errors.contains("brought chain and roots of far up to date in \(mounted)"))
        #expect(Files.exists("\(mounted)/tls.crt"))
    }

    @Test func `a key under a passphrase stays as it is, and so does its folder once the key is another one`()
        async throws
    {
        let harness = try await harness()
        let tls = "\(harness.folder.path)/sealed"
        let words = try harness.folder.write("a passphrase of words\n", to: "words", mode: 0o600)
        let issue = ["cert", "issue", "sealed", "--host", "localhost", "--to", tls, "--passphrase-file", words]
        #expect(await harness.run(issue).status == 0)
        let key = try Files.read("\(tls)/tls.key")
        let first = serial(tls)
        #expect(await renew(harness, "sealed").status == 0)
        #expect(serial(tls) != first)
        #expect(try Files.read("\(tls)/tls.key") == key)
        let second = serial(tls)
        let rekeyed = await renew(harness, "sealed", "--rekey")
        #expect(rekeyed.status == 0)
        #expect(rekeyed.errors.contains("sealed has a new key, and that in \(tls) is under a passphrase"))
        #expect(serial(tls) == second)
        #expect(await harness.run(issue).status == 0)
        #expect(serial(tls) != second)
        #expect(try Files.read("\(tls)/tls.key") != key)
    }

    @Test func `a life that the end of the issuer has cut short is not handed down`() async throws {
        let harness = try await harness()
        // The intermediate lives five years.
        let late = Self.day(5 * 365 - 20)
        #expect(await renew(harness, "nas", now: late).status == 0)
        let replaced = await harness.run(["ca", "rotate", "intermediate", "issuing"], now: late)
        #expect(replaced.status == 0, "\(replaced.errors)")
        let listed = await harness.run(["cert", "list", "--output", "json"], now: late)
        let ends = zip(try values("name", listed), try values("notAfter", listed)).filter { $0.0 == "nas" }.map(\.1)
        // Both ends belong to a life, and five minutes of it lie in the past.
        let whole = late.addingTimeInterval(90 * 86_400 - 301).ISO8601Format()
        #expect(ends.first == whole)
        #expect(ends.dropFirst().first.map { $0 < whole } == true)
    }

    @Test func `a program is run for each certificate that has changed, with its words and without a shell`()
        async throws
    {
        let harness = try await harness()
        let log = "\(harness.folder.path)/log"
        let hook = try harness.folder.write(
            """
            #!/bin/bash
            printf '%s|' "$KINDLING_CERTIFICATE" "$KINDLING_FOLDERS" "$@" >>\(log)
            echo >>\(log)
            [ "$KINDLING_CERTIFICATE" != issuer ] || exit 3
            """,
            to: "hook",
            mode: 0o755
        )
        let outcome = await renew(harness, "--exec", hook, "two words", "$HOME; *", now: Self.due)
        let lines = Tool.shell("cat \(log)").output.split(separator: "\n")
        #expect(
            lines == [
                "issuer||two words|$HOME; *|", "nas|\(harness.folder.path)/tls|two words|$HOME; *|",
                "web|\(harness.folder.path)/lab/out/certificates/web|two words|$HOME; *|",
            ]
        )
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("issuer: the program \(hook) ended with exit code 3"))
        let idle = await renew(harness, "--exec", hook, now: Self.due)
        #expect(idle.status == 0)
        #expect(Tool.shell("cat \(log)").output.split(separator: "\n").count == 3)
        let missing = await renew(harness, "nas", "--exec", "/no/such/program", "word")
        #expect(missing.status == 1)
        #expect(missing.errors.contains("the program /no/such/program cannot be run"))
    }

    @Test(arguments: [
        ["--daemon", "nas"], ["--daemon", "--rekey"], ["--daemon", "--dry-run"], ["--exec", "systemctl reload nginx"],
    ])
    func `what does not go together is refused`(_ arguments: [String]) async throws {
        let harness = try await harness()
        #expect(await harness.run(["cert", "renew"] + arguments).status == 64)
    }
}
