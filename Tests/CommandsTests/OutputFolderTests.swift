//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import Support
import TestSupport
import Testing

@Suite("The folder for outputs, tampered with")
struct OutputFolderTests {
    private func harness() async throws -> CommandHarness {
        let harness = try CommandHarness(lab: loopbackLab)
        let outcome = await harness.run(["up", "--once"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return harness
    }

    @Test("a list that was changed removes nothing outside the folder, and nothing behind a link")
    func changedList() async throws {
        let harness = try await harness()
        let folder = harness.folder.path
        try harness.folder.write("mine", to: "victim/file")
        #expect(symlink("\(folder)/victim", "\(folder)/lab/out/link") == 0)
        let list = "\(folder)/lab/out/.kindling-outputs"
        let text = String(decoding: try Files.read(list), as: UTF8.self)
        let names = [
            "link/file", "\(folder)/victim/file", "../lab.yaml", "./../lab.yaml", "trust/../../lab.yaml", "", ".",
        ]
        try Files.write(Array((text + names.map { $0 + "\n" }.joined() + "certificates\n").utf8), to: list)
        let outcome = await harness.run(["render"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!outcome.output.contains("removed"))
        #expect(try Files.read("\(folder)/victim/file") == Array("mine".utf8))
        #expect(Files.exists("\(folder)/lab/lab.yaml"))
        #expect(try Files.read(list) == Array(text.utf8))
    }

    @Test("a list of very many outputs is read to its end")
    func longList() async throws {
        let harness = try await harness()
        let folder = "\(harness.folder.path)/lab/out"
        let names = (0..<60_000).map { "nodes/machine-\($0)/user-data\n" }.joined()
        try harness.folder.write("old", to: "lab/out/nodes/machine-59999/user-data")
        let list = "\(folder)/.kindling-outputs"
        try Files.write(try Files.read(list) + Array(names.utf8), to: list)
        #expect(await harness.run(["render"]).output.contains("removed \(folder)/nodes/machine-59999/user-data"))
        #expect(!Files.exists("\(folder)/nodes"))
    }

    @Test("nothing is written through a link, and a link in place of a file is replaced")
    func links() async throws {
        let harness = try await harness()
        let folder = harness.folder.path
        try Files.makeFolder("\(folder)/victim")
        let output = "\(folder)/lab/out/trust/ca.crt"
        try harness.folder.write("mine", to: "victim/file")
        try Files.remove(output)
        #expect(symlink("\(folder)/victim/file", output) == 0)
        #expect(await harness.run(["render"]).status == 0)
        #expect(try Files.read("\(folder)/victim/file") == Array("mine".utf8))
        #expect(try Files.read(output) != Array("mine".utf8))
        #expect(Tool.shell("rm -r \(folder)/lab/out/certificates").status == 0)
        #expect(symlink("\(folder)/victim", "\(folder)/lab/out/certificates") == 0)
        let refused = await harness.run(["render"])
        #expect(refused.status == 73)
        #expect(refused.errors.contains("hint: remove it: rm \(folder)/lab/out/certificates"))
        #expect(Files.names(in: "\(folder)/victim") == ["file"])
        #expect(Tool.shell("rm \(folder)/lab/out/certificates").status == 0)
        #expect(await harness.run(["render"]).status == 0)
    }

    @Test("a run that ended half-way leaves nothing that a later one would not take back")
    func interrupted() async throws {
        let harness = try CommandHarness(lab: loopbackLab)
        let folder = harness.folder.path
        // A folder in place of a file stops the run after others have been written.
        try Files.makeFolder("\(folder)/lab/out/trust/ca.crt")
        #expect(await harness.run(["up", "--once"]).status == 73)
        #expect(Files.exists("\(folder)/lab/out/certificates/web/tls.key"))
        #expect(Tool.shell("rmdir \(folder)/lab/out/trust/ca.crt").status == 0)
        try harness.folder.write(String(loopbackLab.split(separator: "\ncertificates:")[0]) + "\n", to: "lab/lab.yaml")
        #expect(await harness.run(["up", "--once"]).status == 0)
        #expect(!Files.exists("\(folder)/lab/out/certificates"))
    }

    @Test(
        "folders that would get into each other's way are refused before anything is made",
        arguments: [
            ["--out", "LAB/state"], ["--out", "LAB/state/out"], ["--state", "LAB/out/state"], ["--out", "LAB"],
            ["--out", "LAB/.."], ["--out", "/"], ["--out", "LAB/link/state"],
        ]
    )
    func places(_ flags: [String]) async throws {
        let harness = try CommandHarness(lab: loopbackLab)
        let lab = "\(harness.folder.path)/lab"
        #expect(symlink(lab, "\(lab)/link") == 0)
        let flags = [flags[0], flags[1].hasPrefix("LAB") ? lab + flags[1].dropFirst(3) : flags[1]]
        for command in [["up", "--once"], ["up", "--dry-run"], ["render"]] {
            let outcome = await harness.run(command + flags)
            #expect(outcome.status == 64, "\(command) \(outcome.errors)")
        }
        #expect(Files.names(in: lab) == ["lab.yaml", "link"])
    }

    @Test("a file in place of the folder is named before anything is made")
    func file() async throws {
        let harness = try CommandHarness(lab: loopbackLab)
        try harness.folder.write("mine", to: "lab/out")
        let outcome = await harness.run(["up", "--once"])
        #expect(outcome.status == 73)
        #expect(Files.names(in: "\(harness.folder.path)/lab") == ["lab.yaml", "out"])
    }

    @Test("a .gitignore of the user's is not replaced")
    func gitignore() async throws {
        let harness = try CommandHarness(lab: loopbackLab)
        let path = try harness.folder.write("*.tmp\n", to: "site/.gitignore")
        let outcome = await harness.run(["up", "--once", "--out", "\(harness.folder.path)/site"])
        #expect(outcome.status == 73)
        #expect(try Files.read(path) == Array("*.tmp\n".utf8))
        #expect(Files.names(in: "\(harness.folder.path)/site") == [".gitignore"])
    }
}
