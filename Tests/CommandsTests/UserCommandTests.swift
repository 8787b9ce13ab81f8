//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Storage
import Support
import TestSupport
import Testing

@testable import Commands

@Suite("kindling user and kindling key")
struct UserCommandTests {
    private static func made() async throws -> CommandHarness {
        let harness = try CommandHarness(lab: loopbackLab)
        #expect(await harness.run(["up", "--once"]).status == 0)
        return harness
    }

    @Test("somebody who is not in lab.yaml is invited, changed and removed")
    func invited() async throws {
        let harness = try await Self.made()
        let arguments = [
            "user", "invite", "guest@example.com", "--name", "A Guest", "--group", "viewers", "--group", "x y",
        ]
        let trial = await harness.run(arguments + ["--dry-run"])
        #expect(trial.status == 0 && trial.output.contains("would add guest@example.com"))
        let invite = await harness.run(arguments)
        #expect(invite.status == 0, "\(invite.errors)")
        #expect(invite.output.hasPrefix("https://localhost:5556/password/"))
        let shown = await harness.run(["user", "show", "GUEST", "--output", "json"])
        #expect(shown.output.contains("\"origin\": \"invitation\"") && shown.output.contains("\"x y\""))
        let again = await harness.run(arguments)
        #expect(again.status == 64 && again.errors.contains("is there already"))
        #expect(await harness.run(["user", "invite", "guest"]).status == 0)

        let groups = await harness.run(["user", "groups", "guest", "--add", "editors", "--remove", "viewers"])
        #expect(groups.status == 0 && groups.output.contains("x y, editors"))
        let same = await harness.run(["user", "groups", "guest", "--add", "editors"])
        #expect(same.output.contains("already"))
        #expect(await harness.run(["user", "groups", "guest"]).status == 64)
        let reserved = await harness.run(["user", "groups", "guest", "--add", "system:masters"])
        #expect(reserved.status == 64 && reserved.errors.contains("system:"))

        let removed = await harness.run(["user", "remove", "guest@example.com"])
        #expect(removed.status == 0)
        #expect(await harness.run(["user", "remove", "guest@example.com"]).status == 64)
        let list = await harness.run(["user", "list"])
        #expect(!list.output.contains("guest"))
    }

    @Test(
        "what would be wrong in lab.yaml is refused here too",
        arguments: [
            ["nobody"], ["@example.com"], ["a b@example.com"], ["x@example.com", "--group", "system:masters"],
            ["x@example.com", "--username", "a b"], ["x@example.com", "--name", "two\nlines"],
            ["x@example.com", "--lifetime", "8d"], ["x@example.com", "--lifetime", "soon"], ["ada", "--group", "x"],
            ["x@example.com", "--username", "ada"],
        ]
    )
    func refused(arguments: [String]) async throws {
        let harness = try await Self.made()
        let outcome = await harness.run(["user", "invite"] + arguments)
        #expect(outcome.status == 64, "\(outcome.output) \(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test("people of lab.yaml are changed there, and the line is named")
    func written() async throws {
        let harness = try await Self.made()
        let groups = await harness.run(["user", "groups", "ada", "--add", "x"])
        #expect(groups.status == 77)
        #expect(groups.errors.contains("lab.yaml:10:56"), "\(groups.errors)")
        let remove = await harness.run(["user", "remove", "bob@example.com"])
        #expect(remove.status == 77)
        #expect(remove.errors.contains("lab.yaml:11:5"), "\(remove.errors)")
    }

    @Test("an account is disabled and enabled once, and that is remembered")
    func disabled() async throws {
        let harness = try await Self.made()
        for (verb, text) in [
            ("disable", "is disabled"), ("disable", "is disabled already"), ("enable", "is enabled"),
            ("enable", "is enabled already"),
        ] {
            let outcome = await harness.run(["user", verb, "bob"])
            #expect(outcome.status == 0 && outcome.output == "bob@example.com \(text)\n")
        }
        #expect(await harness.run(["user", "disable", "nobody"]).status == 64)
        let location = StateLocation(
            folder: "\(harness.folder.path)/lab/state",
            outputs: "\(harness.folder.path)/lab/out",
            keyFile: "\(harness.folder.path)/keys/master.key",
            configuration: harness.folder.path
        )
        let actions = try await Database.open(location).auditEntries().map(\.action)
        #expect(actions.suffix(2) == ["user.disable", "user.enable"])
        let audit = await harness.run(["audit", "--last", "2"], environment: ["USER": "ada"])
        let lines = audit.output.split(separator: "\n")
        #expect(lines.count == 3 && lines[1].contains("user.disable") && lines[2].contains("bob@example.com"))
        #expect(await harness.run(["audit", "--last", "0"]).status == 64)
    }

    @Test("a key is staged once, and replaced at once when it has leaked")
    func keys() async throws {
        let harness = try await Self.made()
        let trial = await harness.run(["key", "rotate", "--dry-run"])
        #expect(trial.output == "would stage the successor of the RS256 key\n")
        let first = await harness.run(["key", "rotate"])
        #expect(first.status == 0 && first.output.contains("signs from 2027-01-15T08:10:00Z on"))
        let second = await harness.run(["key", "rotate", "--algorithm", "rs256"])
        #expect(second.output.contains("waits already"))
        let list = await harness.run(["key", "list"])
        #expect(list.output.contains("signing") && list.output.contains("published"))
        #expect(await harness.run(["key", "rotate", "--algorithm", "ES256"]).status == 64)
        let leaked = await harness.run(["key", "rotate", "--leaked"])
        #expect(leaked.status == 0 && leaked.output.contains("API server"))
        let after = await harness.run(["key", "list", "--output", "json"])
        #expect(after.output.components(separatedBy: "\"kid\"").count == 2)
    }

    @Test("the log can be JSON, an object a line")
    func jsonLog() {
        let values = ["hb.request.id": "17", "route": "/a\n\"b", "level": "x"]
        let time = Date(timeIntervalSince1970: 1_800_000_000)
        #expect(
            ServerLog.object("info", "request", values, at: time)
                == #"{"time":"2027-01-15T08:00:00Z","level":"info","message":"request","route":"/a\n\"b","id":"17"}"#
                + "\n"
        )
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
