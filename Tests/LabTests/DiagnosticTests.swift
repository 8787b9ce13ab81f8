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

@testable import Lab

@Suite struct DiagnosticTests {
    static let tenMistakes = """
        lab: Ainur
        domian: kidd.network
        identity:
          issuer: http://dex.kidd.network/
          address: 192.168.1
          lifetimes: {code: 60}
        users:
          - {email: admin@kidd.network, groups: [system:masters]}
          - {email: admin@kidd.network, username: two}
        clients:
          - {app: argcd, url: https://argocd.kidd.network}
          - id: wiki
            clientSecret: hunter2-hunter2-hunter2
            redirectURIs: [https://wiki.kidd.network/*]

        """

    @Test func `ten mistakes give ten located findings`() {
        let findings = Fixture.findings(Self.tenMistakes).filter { $0.severity == .error }
        #expect(
            findings.map { "\($0.location)" } == [
                "lab.yaml:1:6", "lab.yaml:2:1", "lab.yaml:4:11", "lab.yaml:5:12", "lab.yaml:6:21", "lab.yaml:8:42",
                "lab.yaml:9:13", "lab.yaml:11:11", "lab.yaml:13:5", "lab.yaml:14:20",
            ]
        )
        let told = Set(findings.map(\.message))
        #expect(told.count == findings.count)
    }

    @Test func `the rendering is that of the golden`() throws {
        let text = Fixture.findings(Self.tenMistakes).map(\.description).joined(separator: "\n") + "\n"
        let difference = try Golden().difference("ten-mistakes.txt", text)
        #expect(difference == nil)
    }

    @Test func `the error counts mistakes and asks for them to be corrected`() {
        let error = #expect(throws: LabError.self) {
            try LabDecoder.decode(text: Self.tenMistakes, file: "lab.yaml")
        }
        #expect(error?.message == "lab.yaml has 10 mistakes")
        #expect(error?.code.exit == .badInput)
        #expect(error?.code.name == "lab.invalid")
        #expect(error?.description.contains("lab.yaml:14:20: error:") == true)
        let one = #expect(throws: LabError.self) {
            try LabDecoder.decode(text: Fixture.small + "colour: red\n", file: "lab.yaml")
        }
        #expect(one?.message == "lab.yaml has 1 mistake")
    }

    @Test(arguments: [
        "clients: [{app: kubernetes, clientSecret: hunter2-hunter2, colour: red}]",
        "clients: [{app: kubernetes, client_secret: \"hunter2-hunter2\"}]",
        "clients:\n  - app: kubernetes\n    secret: |\n      hunter2-hunter2\n",
        "users2: [{password: hunter2-hunter2}]\nclients: [{app: kubernetes, password: [hunter2-hunter2]}]",
        "nodes: [{name: a, role: server, joinToken: hunter2-hunter2}]",
        "secrets: [{name: a, value: 1}, {name: hunter2-Hunter2}]\nclientSecret: 'hunter2-hunter2",
        "clients: [{app: kubernetes, clientSecret: hunter2-hunter2]",
        "  clientSecret: hunter2-hunter2",
    ])
    func `no message shows what looks like a secret`(text: String) {
        let findings = Fixture.findings(adding: text)
        #expect(!findings.isEmpty)
        for finding in findings {
            // Of a key that is not known and holds no secret the line is shown as it is.
            guard !finding.line.contains("users2") else { continue }
            #expect(!finding.description.lowercased().contains("hunter2-hunter2"), "\(finding.description)")
        }
    }

    @Test func `a secret in place of a secret's name is not shown`() {
        let findings = Fixture.findings(
            replacing: "  address: 192",
            with:
                "  connectors: [{type: gitea, id: a, url: https://a.test, clientID: x, secret: S3cret+}]\n  address: 192"
        )
        #expect(findings.count == 1)
        #expect(findings.first?.description.contains("S3cret+") == false)
        #expect(findings.first?.hint?.contains("kindling secret set") == true)
    }

    @Test func `text that is no YAML gives one finding at its place`() {
        let findings = Fixture.findings(adding: "clients: [{app: kubernetes")
        #expect(findings.count == 1)
        #expect(findings.first?.severity == .error)
        #expect(findings.first?.location.file == "lab.yaml")
        let tab = Fixture.findings("lab: ainur\nidentity:\n\tissuer: x\n")
        #expect(tab.count == 1)
        #expect(tab.first?.location.line == 3)
    }

    @Test func `an empty file is told what it lacks`() {
        for text in ["", "# nothing\n", "---\n", "~\n"] {
            #expect(Fixture.findings(text).map(\.message) == ["the file must be a mapping, and is nothing"])
        }
    }

    @Test func `a finding that spans lines ends with the first`() {
        let findings = Fixture.findings(adding: "authority:\n  commonName: |\n    one\n    two\n")
        #expect(findings.count == 1)
        #expect(findings.first?.location.line == 10)
        #expect(findings.first?.length == 1)
    }

    @Test(arguments: [
        ("lab: x", 6, 1, "lab: x", "     ^"),
        ("\tlab: xyz", 7, 3, "\tlab: xyz", "\t     ^^^"),
        ("name: 日本語 x", 11, 1, "name: 日本語 x", "             ^"),
        ("a: e\u{301}x", 6, 1, "a: e\u{301}x", "    ^"),
        ("a: 日本", 4, 2, "a: 日本", "   ^^^^"),
        ("ab", 9, 4, "ab", "  ^"),
        ("", 1, 1, "", "^"),
        ("a\u{1b}[31mb", 7, 1, "a\u{FFFD}[31mb", "      ^"),
    ])
    func `carets stand below what they mean`(line: String, column: Int, length: Int, shown: String, carets: String) {
        let excerpt = Excerpt(line: line, column: column, length: length)
        #expect(excerpt.line == shown)
        #expect(excerpt.carets == carets)
    }

    @Test func `of a long line the part around the place is shown`() {
        let line = String(repeating: "a", count: 5_000) + "b" + String(repeating: "c", count: 5_000)
        let excerpt = Excerpt(line: line, column: 5_001, length: 1)
        #expect(excerpt.line.count == 162)
        let index = excerpt.carets.distance(from: excerpt.carets.startIndex, to: excerpt.carets.endIndex) - 1
        #expect(Array(excerpt.line)[index] == "b")
    }

    @Test func `columns count characters and not bytes`() {
        let findings = Fixture.findings(adding: "authority: {organization: Müller 日本, keyType: x}")
        #expect(findings.first?.location.column == 47)
        #expect(findings.first?.length == 1)
    }
}
