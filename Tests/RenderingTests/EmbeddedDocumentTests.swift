//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Rendering
import Support
import TestSupport
import Testing
import YAML

@Suite struct EmbeddedDocumentTests {
    private static let nodes = ["valar-1", "valar-2", "valar-3"]

    @Test(arguments: nodes) func everyFileOfEveryNodeParses(node: String) throws {
        let data = try Fixture.userData(node)
        #expect(!data.files.isEmpty)
        for file in data.files {
            if file.path.hasSuffix(".yaml") {
                for document in try YAMLParser.documents(file.content, file: file.path) {
                    #expect(document.pairs != nil, "\(file.path)")
                    try parseNested(document, in: file.path)
                }
            } else if file.path.hasSuffix(".service") {
                for section in ["[Unit]", "[Service]", "[Install]"] { #expect(file.content.contains("\(section)\n")) }
            }
        }
    }

    /// Texts of several lines below these keys are documents of their own.
    private func parseNested(_ node: Node, in file: String) throws {
        for pair in node.pairs ?? [] {
            let key = pair.key.text ?? ""
            if ["valuesContent", "oidc.config", "additionalUrls"].contains(key) {
                let inner = try YAMLParser.document(#require(pair.value.text), file: "\(file) \(key)")
                #expect(inner.pairs != nil || inner.items != nil)
                try parseNested(inner, in: "\(file) \(key)")
            } else {
                try parseNested(pair.value, in: file)
            }
        }
        for item in node.items ?? [] { try parseNested(item, in: file) }
    }

    @Test(arguments: nodes) func scriptsAreValidShell(node: String) throws {
        let folder = try TemporaryFolder()
        let data = try Fixture.userData(node)
        var scripts = data.files.filter { $0.content.hasPrefix("#!/bin/sh") }.map(\.content)
        for command in data.node["bootcmd"]?.items ?? [] {
            #expect(command.items?.prefix(2).map(\.text) == ["sh", "-c"])
            scripts.append("#!/bin/sh\n" + (command.items?.last?.text ?? "exit 1 ("))
        }
        #expect(scripts.count == 4)
        for (index, script) in scripts.enumerated() {
            let path = try folder.write(script, to: "\(index).sh")
            #expect(Tool.shell("sh -n \(path)").status == 0)
            guard Tool.isInstalled("shellcheck") else { continue }
            let result = Tool.shell("shellcheck \(path)")
            #expect(result.status == 0, "\(result.output)")
        }
    }

    @Test(.enabled(if: Tool.isInstalled("cloud-init")), arguments: nodes)
    func cloudInitTakesTheUserData(node: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Renderer(Fixture.input()).userData(node: node, seed: .inline).text, to: "user-data")
        let result = Tool.shell("cloud-init schema -c \(path)")
        #expect(result.status == 0, "\(result.output)")
        #expect(!result.output.lowercased().contains("deprecated"), "\(result.output)")
    }

    @Test(.enabled(if: Tool.isInstalled("systemd-analyze")), arguments: ["valar-1", "valar-2"])
    func systemdTakesTheUnits(node: String) throws {
        let folder = try TemporaryFolder()
        for file in try Fixture.userData(node).files where file.path.hasSuffix(".service") {
            // The binary comes with the image; any other will do here.
            let text = file.content.split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0.hasPrefix("ExecStart=") ? "ExecStart=/bin/true" : String($0) }.joined(separator: "\n")
            let path = try folder.write(text, to: Files.split(file.path).name)
            let result = Tool.shell("systemd-analyze verify --man=no \(path)")
            #expect(!result.output.contains(Files.split(file.path).name), "\(result.output)")
        }
    }

    @Test func theHostsLineIsReplacedNeverAddedTwice() throws {
        let folder = try TemporaryFolder()
        let hosts = try folder.write("127.0.0.1 localhost\n10.0.0.9 dex.kidd.network # kindling\n", to: "hosts")
        let command = try #require(try Fixture.userData("valar-2").node["bootcmd"]?.items?.first?.items?.last?.text)
        let script = try folder.write(command, to: "hosts.sh")
        for _ in 0..<2 {
            #expect(Tool.shell("sed -i s,/etc/hosts,\(hosts),g \(script) && sh \(script)").status == 0)
            let text = String(decoding: try Files.read(hosts), as: UTF8.self)
            #expect(text == "127.0.0.1 localhost\n192.168.1.66 dex.kidd.network # kindling\n")
        }
    }
}
