//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Support
import TestSupport
import Testing

@testable import Commands

@Suite("Trusting a lab by its fingerprint")
struct TrustCommandTests {
    let harness: CommandHarness
    let image: String
    let anchors: String
    /// The lab's root, PEM, and its fingerprint.
    let root: String
    let fingerprint: String

    init() async throws {
        harness = try CommandHarness(lab: loopbackLab)
        image = "\(harness.folder.path)/image"
        anchors = "\(image)/usr/local/share/ca-certificates"
        try Files.makeFolder(anchors)
        #expect(await harness.run(["ca", "create"]).status == 0)
        root = await harness.run(["bundle"]).output
        let shown = await harness.run(["ca", "show", "--output", "json"]).output
        let match = try #require(shown.firstMatch(of: /"fingerprint": "([0-9A-F:]+)"/))
        fingerprint = String(match.1)
    }

    private func trust(
        _ source: String,
        _ fingerprints: [String],
        _ arguments: [String] = [],
        input: String = "",
        now: Date = Date(timeIntervalSince1970: 1_800_000_000)
    ) async -> CommandHarness.Outcome {
        await harness.run(
            ["ca", "trust", source, "--root", image] + fingerprints.flatMap { ["--fingerprint", $0] } + arguments,
            input: input,
            environment: ["KINDLING_LAB": "/nowhere/lab.yaml"],
            now: now
        )
    }

    private func answer(_ body: String, status: String = "200 OK", header: String = "") -> String {
        "HTTP/1.1 \(status)\r\n\(header)Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
    }

    @Test("the root is fetched from the listener and installed, in any writing of the fingerprint")
    func fetched() async throws {
        let plain = fingerprint.replacing(":", with: "").lowercased()
        try await CannedServer.run(answering: answer(root)) { server in
            let outcome = await trust("\(server.address)/", [plain])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(server.requests == ["GET /ca/root.pem HTTP/1.1"])
            #expect(outcome.output.contains("added kindling-trusted.test-root-ca-\(plain.prefix(8))"))
            let file = "\(anchors)/kindling-trusted.test-root-ca-\(plain.prefix(8)).crt"
            let written = try Files.read(file)
            #expect(written == Array(root.utf8))
            #expect(await trust(server.address, [fingerprint]).output.contains("already"))
        }
    }

    @Test("a fingerprint that nothing has is an error with both sides, and installs nothing")
    func wrong() async throws {
        let other = String(repeating: "0", count: 64)
        let outcome = await trust("-", [other], input: root)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("00:00:00"))
        #expect(outcome.errors.contains(fingerprint))
        #expect(await trust("-", [fingerprint, other], input: root).status == 1)
        #expect(Files.names(in: anchors) == [])
    }

    @Test("of several certificates only those that were named are taken", .enabled(if: Tool.isInstalled("openssl")))
    func several() async throws {
        let made = Tool.shell(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=Other -keyout /dev/null"
        )
        // openssl tells its progress before the certificate.
        let begin = try #require(made.output.firstRange(of: "-----BEGIN CERTIFICATE-----")).lowerBound
        let outcome = await trust("-", [fingerprint], input: made.output[begin...] + root)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("passed over CN=Other, fingerprint"))
        #expect(Files.names(in: anchors).count == 1)
    }

    @Test("a leaf is not trusted as a root, nor is what is not valid now")
    func unfit() async throws {
        let folder = harness.folder.path
        #expect(await harness.run(["cert", "issue", "web", "--to", "\(folder)/tls"]).status == 0)
        let inspected = await harness.run(["cert", "inspect", "\(folder)/tls/tls.crt", "--output", "json"]).output
        let leaf = try #require(inspected.firstMatch(of: /"fingerprint": "([0-9A-F:]+)"/))
        let outcome = await trust("\(folder)/tls/tls.crt", [String(leaf.1)])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("no certificate of an authority"))
        for now in [1_700_000_000, 4_000_000_000] {
            let late = await trust("-", [fingerprint], input: root, now: Date(timeIntervalSince1970: Double(now)))
            #expect(late.status == 1)
            #expect(late.errors.contains("not valid now"))
        }
        #expect(Files.names(in: anchors) == [])
    }

    @Test("a DER file is taken too, and a dry run installs nothing")
    func der() async throws {
        let file = "\(harness.folder.path)/root.der"
        #expect(await harness.run(["bundle", "--format", "der", "--to", file]).status == 0)
        #expect(await trust(file, [fingerprint], ["--dry-run"]).output.contains("would add"))
        #expect(Files.names(in: anchors) == [])
        #expect(await trust(file, [fingerprint]).status == 0)
        #expect(Files.names(in: anchors).count == 1)
    }

    @Test("redirects, other answers, too much and no listener are errors that name the address")
    func refusedAnswers() async throws {
        let large = String(repeating: "# comment\n", count: 30_000) + root
        let answers = [
            answer(root, status: "302 Found", header: "Location: http://127.0.0.1:1/\r\n"),
            answer("", status: "404 Not Found"),
            answer(large), "not HTTP at all\r\n\r\n", "",
        ]
        for text in answers {
            await CannedServer.run(answering: text) { server in
                let outcome = await trust(server.address, [fingerprint])
                #expect(outcome.status == 1)
                #expect(outcome.errors.contains("cannot fetch \(server.address)/ca/root.pem"))
                #expect(Set(server.requests).count == 1)
            }
        }
        #expect(await trust("http://127.0.0.1:1", [fingerprint]).status == 1)
    }

    @Test("a listener that says nothing is not waited for", .timeLimit(.minutes(1)))
    func silent() async throws {
        await CannedServer.run(answering: nil) { server in
            let download = RootDownload(address: server.address, limit: 1_000, timeout: .seconds(1))
            await #expect {
                try await download.run()
            } throws: {
                ($0 as? CommandError)?.message.contains("within 1 s") == true
            }
        }
    }

    @Test("an address may name the file itself")
    func addresses() {
        let plain = RootDownload(address: "http://a.test", limit: 1, timeout: .seconds(1))
        #expect(plain.url == "http://a.test/ca/root.pem")
        let named = RootDownload(address: "https://a.test/x/roots.pem", limit: 1, timeout: .seconds(1))
        #expect(named.url == "https://a.test/x/roots.pem")
    }

    @Test("what holds no certificate is bad input")
    func badInput() async throws {
        for text in ["", "<html>", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "0"] {
            #expect(await trust("-", [fingerprint], input: text).status == 65)
        }
        #expect(await trust("\(harness.folder.path)/none.pem", [fingerprint]).status == 65)
    }

    @Test("a fingerprint is needed, and has 64 digits")
    func usage() async throws {
        #expect(await trust("-", [], input: root).status == 64)
        for text in ["", "00", String(repeating: "g", count: 64), String(repeating: "0", count: 66)] {
            #expect(await trust("-", [text], input: root).status == 64)
        }
    }

    @Test("what was trusted is taken out by its fingerprint, without a lab")
    func uninstall() async throws {
        #expect(await trust("-", [fingerprint], input: root).status == 0)
        #expect(await harness.run(["ca", "uninstall", "--root", image]).output.contains("nothing to remove"))
        let outcome = await harness.run(
            ["ca", "uninstall", "--root", image, "--fingerprint", fingerprint],
            environment: ["KINDLING_LAB": "/nowhere/lab.yaml"]
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("removed kindling-trusted.test-root-ca-"))
        #expect(Files.names(in: anchors) == [])
    }
}
