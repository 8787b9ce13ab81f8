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

@Suite("Looking into certificates on the command line")
struct CertInspectionTests {
    private let harness: CommandHarness
    private var folder: String { harness.folder.path }

    init() async throws {
        harness = try CommandHarness(lab: loopbackLab)
        #expect(await harness.run(["ca", "create"]).status == 0)
        let issued = await harness.run(["cert", "issue", "web", "--to", "\(harness.folder.path)/tls"])
        #expect(issued.status == 0, "\(issued.errors)")
    }

    /// `days` after the clock of the harness.
    private func later(_ days: Double) -> Date { Date(timeIntervalSince1970: 1_800_000_000 + days * 86_400) }

    @Test("the report says what ends, and its exit code whether something does")
    func expiring() async throws {
        let fine = await harness.run(["cert", "list", "--expiring", "30d", "--output", "json"])
        #expect(fine.status == 0, "\(fine.errors)")
        for what in ["\"what\": \"ca\"", "\"what\": \"certificate\"", "\"status\": \"ok\"", "\"daysLeft\": 89"] {
            #expect(fine.output.contains(what), "\(fine.output)")
        }
        let due = await harness.run(["cert", "list", "--expiring", "30d"], now: later(70))
        #expect(due.status == 2)
        #expect(due.output.contains("due"))
        let over = await harness.run(["cert", "list", "--expiring", "1d"], now: later(100))
        #expect(over.status == 2)
        #expect(over.output.contains("expired"))
    }

    @Test("with paths it works without a lab")
    func pathsAlone() async throws {
        let bare = try CommandHarness()
        let fine = await bare.run(["cert", "list", "--expiring", "30d", "\(folder)/tls"])
        #expect(fine.status == 0, "\(fine.errors)")
        #expect(fine.output.contains("\(folder)/tls/tls.crt:1"))
        #expect(fine.errors.contains("files without a certificate: 1"))
        #expect(await bare.run(["cert", "list", "--expiring", "30d", "\(folder)/tls"], now: later(80)).status == 2)
        #expect(await bare.run(["cert", "list", "--expiring", "30d"]).status == 1)
        let named = ["cert", "list", "--expiring", "30d", "\(folder)/tls", "--state", "\(bare.folder.path)/none"]
        #expect(await bare.run(named).status == 1)
    }

    @Test("a Secret is looked into; what is broken in it is told and counts")
    func secrets() async throws {
        let pem = try Files.read("\(folder)/tls/tls.crt")
        let text =
            "kind: Secret\nmetadata: {name: a, namespace: b}\ndata: {tls.crt: \(Encoding.base64(pem)), ca.crt: AAAA}"
        let path = try harness.folder.write(text, to: "secrets.yaml")
        let outcome = await harness.run(["cert", "list", "--expiring", "30d", path])
        #expect(outcome.status == 2)
        #expect(outcome.output.contains("\(path): Secret b/a data.tls.crt #2"))
        #expect(outcome.errors.contains("\(path): Secret b/a data.ca.crt: it holds no certificate"))
    }

    @Test("a path without a certificate, a wrong time and a path without --expiring are refused")
    func refused() async throws {
        let empty = try harness.folder.write("hello", to: "empty/file.txt")
        #expect(await harness.run(["cert", "list", "--expiring", "30d", empty]).status == 65)
        #expect(await harness.run(["cert", "list", "--expiring", "30d", "\(folder)/empty"]).status == 65)
        #expect(await harness.run(["cert", "list", "--expiring", "30d", "\(folder)/none"]).status == 65)
        #expect(await harness.run(["cert", "list", "--expiring", "soon"]).status == 64)
        #expect(await harness.run(["cert", "list", "\(folder)/tls"]).status == 64)
        #expect(await harness.run(["cert", "list", "--all"]).status == 64)
        #expect(await harness.run(["cert", "inspect", empty]).status == 65)
        #expect(await harness.run(["cert", "inspect", "\(folder)/tls/tls.crt", "--trust", empty]).status == 64)
    }

    @Test("links to files are followed, links to folders are not")
    func links() async throws {
        #expect(Tool.shell("cd \(folder) && mkdir d && ln -s ../tls/ca.crt d/link.crt && ln -s .. d/up").status == 0)
        let outcome = await harness.run(["cert", "inspect", "\(folder)/d", "--output", "json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("d/link.crt:1"))
        #expect(!outcome.output.contains("d/up"))
    }

    @Test("a keystore counts where it is named, not beside much else", .enabled(if: Tool.isInstalled("openssl")))
    func keystore() async throws {
        let made = Tool.shell(
            "cd \(folder) && mkdir k && cp tls/ca.crt k && openssl pkcs12 -export -in tls/tls.crt -inkey tls/tls.key "
                + "-passout pass:x -out k/x.p12"
        )
        #expect(made.status == 0, "\(made.output)")
        let beside = await harness.run(["cert", "list", "--expiring", "1d", "\(folder)/k"])
        #expect(beside.status == 0)
        #expect(beside.errors.contains("\(folder)/k/x.p12: it is PKCS#12"))
        #expect(await harness.run(["cert", "list", "--expiring", "1d", "\(folder)/k/x.p12"]).status == 2)
        let inspected = await harness.run(["cert", "inspect", "\(folder)/k/x.p12"])
        #expect(inspected.status == 65)
        #expect(inspected.errors.contains("x.p12: it is PKCS#12"))
        #expect(await harness.run(["cert", "inspect", "--strict", "\(folder)/k"]).status == 2)
    }

    @Test("a large file below a folder is passed over, a named one is refused")
    func large() async throws {
        #expect(Tool.shell("cd \(folder) && mkdir l && cp tls/ca.crt l && truncate -s 65M l/image").status == 0)
        let walked = await harness.run(["cert", "list", "--expiring", "1d", "\(folder)/l"])
        #expect(walked.status == 0)
        #expect(walked.errors == "kindling: warning: \(folder)/l/image is larger than 64 MiB; passed over\n")
        #expect(await harness.run(["cert", "list", "--expiring", "1d", "\(folder)/l/image"]).status == 65)
    }

    @Test("kindling's own chain is judged to be good")
    func strictGood() async throws {
        let chain = ["cert", "inspect", "--strict", "\(folder)/tls/tls.crt"]
        let outcome = await harness.run(chain + ["--trust", "\(folder)/tls/ca.crt"])
        #expect(outcome.status == 0)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors == "2 judged, 0 errors, 0 warnings\n")
        #expect(await harness.run(chain + ["--output", "json"]).output == "[]\n")
        let over = await harness.run(chain, now: later(100))
        #expect(over.status == 2)
        #expect(over.output.contains("expired"))
        // A warning alone is no error.
        let roots =
            "\(String(decoding: try Files.read("\(folder)/tls/tls.crt"), as: UTF8.self))"
            + "\(String(decoding: try Files.read("\(folder)/tls/ca.crt"), as: UTF8.self))"
        let whole = try harness.folder.write(roots, to: "whole.pem")
        let warned = await harness.run(["cert", "inspect", "--strict", whole, "--output", "json"])
        #expect(warned.status == 0)
        #expect(warned.output.contains("\"rule\": \"chain-with-root\""))
        #expect(warned.output.contains("\"severity\": \"warning\""))
    }

    @Test("what is broken does not hide the rest")
    func broken() async throws {
        let good = String(decoding: try Files.read("\(folder)/tls/ca.crt"), as: UTF8.self)
        let broken = "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n"
        let path = try harness.folder.write(broken + broken + good, to: "mixed.pem")
        let shown = await harness.run(["cert", "inspect", path])
        #expect(shown.status == 65)
        #expect(shown.output.contains("Test Root CA"))
        #expect(shown.errors.contains("\(path):1: the certificate is not base64"))
        #expect(shown.errors.contains("\(path):4: the certificate is not base64"))
        let judged = await harness.run(["cert", "inspect", "--strict", path])
        #expect(judged.status == 2)
        #expect(judged.output.contains("unreadable"))
    }

    @Test("a certificate with a broken extension hides no other", .enabled(if: Tool.isInstalled("openssl")))
    func brokenExtension() async throws {
        let made = Tool.shell(
            "cd \(folder) && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 -subj /CN=odd "
                + "-addext subjectAltName=DER:0500 -keyout /dev/null -out odd.pem && cat tls/ca.crt >> odd.pem"
        )
        #expect(made.status == 0, "\(made.output)")
        let shown = await harness.run(["cert", "inspect", "\(folder)/odd.pem", "--output", "json"])
        #expect(shown.status == 65)
        #expect(shown.output.contains("Test Root CA"))
        #expect(shown.errors.contains("odd.pem:1: cannot read the certificate"))
        let judged = await harness.run(["cert", "inspect", "--strict", "\(folder)/odd.pem"])
        #expect(judged.output.contains("extension-malformed"))
        #expect(await harness.run(["cert", "list", "--expiring", "1d", "\(folder)/odd.pem"]).output.contains("CN=odd"))
    }

    @Test("a name in a file cannot steer the terminal")
    func terminal() async throws {
        let pem = String(decoding: try Files.read("\(folder)/tls/ca.crt"), as: UTF8.self)
        let text =
            "kind: Secret\nmetadata: {name: \"a\\e[2J\"}\ndata: {x: \(Encoding.base64(Array(pem.utf8))), ca.crt: '!'}"
        let path = try harness.folder.write(text, to: "steer.yaml")
        let outcome = await harness.run(["cert", "list", "--expiring", "1d", path])
        #expect(outcome.output.contains("Secret a\\u001b"))
        #expect(!(outcome.output + outcome.errors).contains("\u{1b}"))
    }
}
