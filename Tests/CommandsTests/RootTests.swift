//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import TestSupport
import Testing

@testable import Commands

@Suite("The command line as a whole")
struct RootTests {
    /// Every command that does something, by its words.
    static let commands: [[String]] = {
        func leaves(_ type: any ParsableCommand.Type, _ path: [String]) -> [[String]] {
            let children = type.configuration.subcommands
            if children.isEmpty { return [path] }
            return children.flatMap { leaves($0, path + [$0._commandName]) }
        }
        return leaves(Kindling.self, [])
    }()

    @Test("help has EXAMPLES and EXIT CODES", arguments: commands)
    func help(_ command: [String]) async throws {
        let outcome = try await CommandHarness().run(command + ["--help"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("EXAMPLES"), "\(command)")
        #expect(outcome.output.contains("EXIT CODES"), "\(command)")
    }

    @Test(
        "an unknown command, flag or value is a usage error",
        arguments: [
            ["unknown"], ["up", "--unknown"], ["client", "list", "--output", "xml"], ["client", "show"],
        ]
    )
    func usage(_ arguments: [String]) async throws {
        let outcome = try await CommandHarness().run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(!outcome.errors.isEmpty)
    }

    @Test("a missing lab.yaml is named with the command that makes one")
    func missingLab() async throws {
        let outcome = try await CommandHarness().run(["up"])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("kindling: error: there is no "))
        #expect(outcome.errors.contains("kindling: hint: kindling init"))
    }

    @Test(
        "commands that need a state say how to make one",
        arguments: [
            ["client", "list"], ["ca", "show"], ["cert", "list"], ["render"], ["user", "list"], ["key", "list"],
            ["bundle"], ["ca", "install"], ["secret", "list"], ["idp", "serve"],
        ]
    )
    func missingState(_ arguments: [String]) async throws {
        let outcome = try await CommandHarness(lab: loopbackLab).run(arguments)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("there is no state in"))
        #expect(outcome.errors.contains("kindling: hint:"))
    }

    @Test("colours are for terminals, and not with NO_COLOR")
    func colours() async throws {
        let harness = try CommandHarness()
        let plain = await harness.run(["up"])
        #expect(!plain.errors.contains("\u{1B}"))
        let coloured = await harness.run(["up"], terminals: [.error])
        #expect(coloured.errors.contains("\u{1B}[31m"))
        let refused = await harness.run(["up"], terminals: [.error], environment: ["NO_COLOR": "1"])
        #expect(!refused.errors.contains("\u{1B}"))
    }

    @Test("completions are made for each shell", arguments: ["bash", "zsh", "fish"])
    func completions(_ shell: String) async throws {
        let outcome = try await CommandHarness().run(["--generate-completion-script", shell])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("kindling"))
        #expect(outcome.output.contains("configmap"))
    }
}
