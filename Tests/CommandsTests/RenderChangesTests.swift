//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Commands
import FoundationEssentials
import Glibc
import Support
import TestSupport
import Testing

@Suite("Outputs that are not up to date")
struct RenderChangesTests {
    private let harness: CommandHarness
    private var out: String { "\(harness.folder.path)/lab/out" }

    init() async throws {
        harness = try CommandHarness(lab: loopbackLab)
        let outcome = await harness.run(["up", "--once"])
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    private func write(_ text: String, to name: String, mode: UInt32 = 0o644) throws {
        try Files.write(Array(text.utf8), to: "\(out)/\(name)", mode: mode)
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try Files.read("\(out)/\(name)"), as: UTF8.self)
    }

    /// All that stands below the outputs, with modes and times.
    private func listing() -> String { Tool.shell("cd \(out) && find . -printf '%p %m %T@ %s\n' | sort").output }

    /// What is not as it would be written, by file and kind of change.
    private func changes() async throws -> [String: String] {
        let before = listing()
        let outcome = await harness.run(["render", "--check", "--output", "json"])
        #expect(listing() == before, "--check writes nothing")
        struct Change: Decodable {
            var path: String
            var change: String
        }
        let changes = try JSONDecoder().decode([Change].self, from: Data(outcome.bytes))
        #expect(outcome.status == (changes.isEmpty ? 0 : 2), "\(outcome.errors)")
        #expect(await harness.run(["render", "--check"]).status == outcome.status)
        #expect(await harness.run(["render", "--diff"]).status == outcome.status)
        return Dictionary(uniqueKeysWithValues: changes.map { (String($0.path.dropFirst(out.count + 1)), $0.change) })
    }

    @Test("nothing is to be done after up")
    func fresh() async throws {
        #expect(try await changes().isEmpty)
        let outcome = await harness.run(["render", "--diff"])
        #expect(outcome.status == 0)
        #expect(outcome.output.isEmpty)
    }

    @Test("an output that was edited, removed or opened to others is found, and render puts it right")
    func tampered() async throws {
        try write("mine\n", to: "trust/ca.crt")
        try Files.remove("\(out)/trust/lab-ca.yaml")
        #expect(chmod("\(out)/certificates/web/tls.key", 0o644) == 0)
        #expect(
            try await changes() == [
                "trust/ca.crt": "changed", "trust/lab-ca.yaml": "new", "certificates/web/tls.key": "mode",
            ]
        )
        let diff = await harness.run(["render", "--diff"])
        #expect(diff.output.contains("\(out)/certificates/web/tls.key: mode 0644, to be 0600\n"))
        #expect(diff.output.contains("--- /dev/null\n+++ \(out)/trust/lab-ca.yaml\n@@ -0,0 +1,"))
        #expect(await harness.run(["render"]).status == 0)
        #expect(try await changes().isEmpty)
    }

    @Test("outputs follow lab.yaml: new ones, and those that are not made any more")
    func changedLab() async throws {
        let lab = loopbackLab.replacing("{name: web, hosts", with: "{name: site, hosts")
        try harness.folder.write(lab, to: "lab/lab.yaml")
        // The certificate of the new name is issued by up, so that here only the old one goes.
        let web = ["certificates/web/ca.crt", "certificates/web/tls.crt", "certificates/web/tls.key"]
        #expect(try await changes() == Dictionary(uniqueKeysWithValues: web.map { ($0, "removed") }))
        let diff = await harness.run(["render", "--diff"])
        #expect(diff.output.contains("--- \(out)/certificates/web/tls.crt\n+++ /dev/null\n@@ -1,"))
        #expect(
            diff.output.contains("\(out)/certificates/web/tls.key: differs, and holds secrets; --reveal shows how\n")
        )
        #expect(!diff.output.contains("PRIVATE KEY"))
        let other = await harness.run(["render", "--check", "--out", "\(harness.folder.path)/other"])
        #expect(other.status == 2)
        #expect(!Files.exists("\(harness.folder.path)/other"))
    }

    @Test("a secret is shown with --reveal alone, on a terminal or with --yes, and that is audited")
    func secrets() async throws {
        let key = try text("certificates/web/tls.key")
        try write("-----BEGIN PRIVATE KEY-----\nmine\n", to: "certificates/web/tls.key", mode: 0o600)
        let hidden = await harness.run(["render", "--diff"])
        #expect(hidden.output == "\(out)/certificates/web/tls.key: differs, and holds secrets; --reveal shows how\n")
        let json = await harness.run(["render", "--diff", "--output", "json"])
        #expect(!json.output.contains("mine"))
        #expect(json.output.contains("\"holdsSecret\": true"))
        #expect(await harness.run(["render", "--diff", "--reveal"]).status == 77)
        #expect(await harness.run(["render", "--reveal"]).status == 64)
        for (arguments, terminals) in [(["--yes"], []), ([], [.output])] as [([String], Set<ConsoleStream>)] {
            let shown = await harness.run(["render", "--diff", "--reveal"] + arguments, terminals: terminals)
            #expect(shown.status == 2)
            #expect(shown.output.contains("-mine"))
            #expect(shown.output.contains(key.split(separator: "\n")[1]))
        }
    }

    @Test("the difference is that of diff, and patch takes it")
    func oracle() async throws {
        let name = "trust/lab-ca.yaml"
        let right = try text(name)
        let lines = right.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var texts = ["", "x", "x\n", right + "end\n", String(right.dropLast()), "begin\n" + right, "\r\n" + right]
        // From a line, that many lines give way to others.
        let edits: [(Int, Int, [String])] = [(4, 1, []), (2, 0, ["é"]), (6, 3, ["a", "b", "c"]), (20, 2, ["z"])]
        for (start, count, new) in edits {
            var edited = lines
            edited.replaceSubrange(start..<(start + count), with: new)
            texts.append(edited.joined(separator: "\n"))
        }
        var twice = lines
        twice[1] = "e\u{301}"
        twice[11] = "x"
        texts.append(twice.joined(separator: "\n"))
        let wanted = try harness.folder.write(right, to: "right")
        for text in texts {
            try write(text, to: name)
            let diff = await harness.run(["render", "--diff"])
            let oracle = Tool.shell("diff -u \(out)/\(name) \(wanted) | tail -n +3")
            let hunks = String(
                diff.output.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false).last ?? ""
            )
            let expected = oracle.output.hasSuffix("\n") ? oracle.output : oracle.output + "\n"
            #expect(hunks == expected, "\(text.debugDescription)")
            guard Tool.isInstalled("patch") else { continue }
            let patch = try harness.folder.write(diff.output, to: "patch")
            #expect(Tool.shell("patch -s \(out)/\(name) \(patch)").status == 0)
            #expect(try self.text(name) == right)
        }
    }

    @Test("many changed lines are compared in time")
    func large() async throws {
        let lines = (0..<20_000).map { "line \($0 &* 2_654_435_761 % 1_000)\n" }.joined()
        try write(lines, to: "trust/ca.crt")
        let start = ContinuousClock.now
        let diff = await harness.run(["render", "--diff"])
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(diff.output.split(separator: "\n").count > 20_000)
    }

    @Test("colours and harmless characters are for terminals")
    func colours() async throws {
        try write("\u{1B}[2Jmine\n", to: "trust/ca.crt")
        let plain = await harness.run(["render", "--diff"])
        #expect(plain.output.contains("-\u{1B}[2Jmine\n"))
        let coloured = await harness.run(["render", "--diff"], terminals: [.output])
        #expect(coloured.output.contains("\u{1B}[31m-\\u001b[2Jmine\u{1B}[0m\n"))
        let none = await harness.run(["render", "--diff"], terminals: [.output], environment: ["NO_COLOR": "1"])
        #expect(!none.output.contains("\u{1B}[3"))
    }
}
