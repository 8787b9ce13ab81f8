//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import PKI
import Support
import TestSupport
import Testing

@Suite struct CertificateFinderTests {
    private let root: [UInt8]
    private let leaf: [UInt8]
    private let rootPEM: String
    private let leafPEM: String

    init() async throws {
        let set = try await Fixture.authorities()
        root = set.root.der
        rootPEM = set.root.pem
        let issued = try set.issuing.issue(Fixture.request(), now: Fixture.now, random: SystemRandomSource())
        leaf = issued.der
        leafPEM = issued.pem
    }

    private static let key = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"

    private func find(_ text: String, file: String = "f") throws -> CertificateFinder.Findings {
        try CertificateFinder.find(in: Array(text.utf8), file: file)
    }

    /// What is found, each with its place as messages show it.
    private func places(_ text: String, file: String = "f") throws -> [String] {
        let findings = try find(text, file: file)
        #expect(findings.unreadable.isEmpty, "\(findings.unreadable)")
        return findings.found.map { found in
            #expect(found.kind == .certificate)
            return "\(found.location) \(found.der == root ? "root" : found.der == leaf ? "leaf" : "?")"
        }
    }

    private func base64(_ text: String) -> String { Encoding.base64(Array(text.utf8)) }

    private func indented(_ text: String, by width: Int) -> String {
        text.split(separator: "\n").map { String(repeating: " ", count: width) + $0 + "\n" }.joined()
    }

    @Test func `PEM text is read between anything else, and keys are passed over`() throws {
        let text = "subject=CN = x\n\(Self.key)\(leafPEM)\nBag Attributes\n\(rootPEM)"
        let second = 5 + leafPEM.split(separator: "\n").count + 2
        #expect(try places(text) == ["f:5 leaf", "f:\(second) root"])
        #expect(try places(rootPEM.split(separator: "\n").joined(separator: "\r\n")) == ["f:1 root"])
        #expect(try find(Self.key).isEmpty)
        #expect(try find("").isEmpty)
        #expect(try find("hello").isEmpty)
        #expect(try CertificateFinder.find(in: [0xff, 0xfe, 0x00, 0x01], file: "f").isEmpty)
    }

    @Test func `what is broken is told with its place, and the rest is read`() throws {
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        let text =
            "\(broken)-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n\(rootPEM)"
            + "-----BEGIN CERTIFICATE-----\nMII\n"
        let findings = try find(text)
        #expect(findings.found.map(\.der) == [root])
        #expect(findings.unreadable.map(\.location.line) == [1, 4, 7 + rootPEM.split(separator: "\n").count])
        #expect(findings.unreadable[0].reason.hasPrefix("the certificate cannot be read"))
        #expect(findings.unreadable[1].reason == "the certificate is not base64")
        #expect(findings.unreadable[2].reason == "the certificate has no end")
        // A block that is not ended does not swallow the next.
        #expect(try find("-----BEGIN CERTIFICATE-----\nMII\n\(rootPEM)").found.map(\.der) == [root])
        #expect(try find("-----BEGIN PRIVATE KEY-----\nMII\n\(rootPEM)").found.map(\.der) == [root])
    }

    @Test func `DER is read by its outline`() throws {
        let found = try CertificateFinder.find(in: leaf, file: "f.der")
        #expect(found.found.map(\.der) == [leaf])
        #expect(found.found.map { "\($0.location)" } == ["f.der"])
        let damaged = try CertificateFinder.find(in: Array(leaf.dropLast(9)), file: "f.der")
        #expect(damaged.found.isEmpty)
        #expect(damaged.unreadable.first?.reason.hasPrefix("it begins as DER and is damaged") == true)
    }

    @Test func `a Secret's values are base64, a ConfigMap's are text`() throws {
        let text = """
            apiVersion: v1
            kind: List
            items:
              - kind: Secret
                metadata: {name: argocd-tls, namespace: argocd}
                data:
                  tls.crt: \(base64(leafPEM + rootPEM))
                  tls.key: \(base64(Self.key))
                  ca.der: \(Encoding.base64(root))
                  password: c2VjcmV0
                  release: \(base64("H4sIAAAAAAAA"))
              - kind: ConfigMap
                metadata: {name: lab-ca, namespace: apps}
                data:
                  ca.crt: |
            \(indented(rootPEM, by: 8))
                binaryData:
                  ca: \(Encoding.base64(root))
            ---
            kind: Secret
            metadata: {name: later}
            stringData:
              x: |-
            \(indented("# a comment\n" + leafPEM, by: 4))
            """
        #expect(
            try places(text) == [
                "f: Secret argocd/argocd-tls data.tls.crt leaf", "f: Secret argocd/argocd-tls data.tls.crt #2 root",
                "f: Secret argocd/argocd-tls data.ca.der root", "f: ConfigMap apps/lab-ca data.ca.crt root",
                "f: ConfigMap apps/lab-ca binaryData.ca root", "f: Secret later stringData.x leaf",
            ]
        )
    }

    @Test func `lines of a literal block are lines of the file`() throws {
        let text =
            "write_files: []\nca_certs:\n  trusted:\n    - |\n\(indented(rootPEM, by: 6))    - |\n"
            + indented(leafPEM, by: 6)
        let findings = try find(text)
        let lines = 6 + rootPEM.split(separator: "\n").count
        #expect(findings.found.map(\.location.line) == [5, lines])
        #expect(findings.found.map(\.location.key) == ["ca_certs.trusted.0", "ca_certs.trusted.1"])
        #expect(findings.found.map { "\($0.location)" } == ["f:5", "f:\(lines)"])
    }

    @Test func `JSON, kubeconfigs, bundles and webhooks are read as well`() throws {
        let json = """
            {"kind": "Secret", "metadata": {"name": "a", "namespace": "b"}, "data": {"ca.crt": "\(base64(rootPEM))"}}
            """
        #expect(try places(json, file: "x.json") == ["x.json: Secret b/a data.ca.crt root"])
        let kubeconfig = """
            kind: Config
            clusters:
              - cluster: {certificate-authority-data: \(base64(rootPEM))}
            users:
              - user:
                  client-certificate-data: \(base64(leafPEM))
                  client-key-data: \(base64(Self.key))
            """
        #expect(try places(kubeconfig) == ["f:3 root", "f:6 leaf"])
        let bundle = """
            kind: Bundle
            metadata: {name: lab-ca}
            spec:
              sources:
                - inLine: "\(rootPEM.split(separator: "\n").joined(separator: "\\n"))"
            """
        #expect(try places(bundle) == ["f: Bundle lab-ca spec.sources.0.inLine root"])
        let issuer = "kind: Issuer\nmetadata: {name: acme}\nspec: {acme: {caBundle: \(base64(rootPEM))}}"
        #expect(try places(issuer) == ["f: Issuer acme spec.acme.caBundle root"])
    }

    @Test func `a value that promises a certificate and holds none is told`() throws {
        let text = "kind: Secret\nmetadata: {name: a}\ndata: {tls.crt: '%%', ca.crt: '', note: '%%'}"
        let findings = try find(text)
        #expect(
            findings.unreadable.map { "\($0.location): \($0.reason)" } == [
                "f: Secret a data.tls.crt: it holds no certificate"
            ]
        )
    }

    @Test func `a manifest that is no YAML is told, and its PEM text is read all the same`() throws {
        let findings = try find("kind: [Secret\nx: }", file: "x.yaml")
        #expect(findings.unreadable.first?.reason.hasPrefix("it is no YAML") == true)
        #expect(try find("kind: [Secret\nx: }", file: "x.txt").isEmpty)
        #expect(try places("a: [\n\(indented(rootPEM, by: 2))", file: "x.yaml") == ["x.yaml:2 root"])
    }

    @Test(.enabled(if: Tool.isInstalled("openssl")))
    func `revocation lists, requests and PKCS#12 are told apart`() throws {
        let folder = try TemporaryFolder()
        let made = Tool.shell(
            """
            set -e; cd \(folder.path)
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 -subj /CN=x -keyout k -out c.pem
            openssl req -new -key k -subj /CN=y -addext subjectAltName=DNS:y.test -out r.pem
            openssl req -in r.pem -outform DER -out r.der
            openssl pkcs12 -export -in c.pem -inkey k -passout pass:x -out x.p12
            openssl pkcs8 -topk8 -nocrypt -in k -outform DER -out k.der
            touch index; echo 0a > number
            printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=index\\ncrlnumber=number\\ndefault_md=sha256\\n' > ca.cnf
            openssl ca -config ca.cnf -gencrl -keyfile k -cert c.pem -crldays 3 -out l.pem
            openssl crl -in l.pem -outform DER -out l.der
            """
        )
        #expect(made.status == 0, "\(made.output)")
        func read(_ name: String) throws -> CertificateFinder.Findings {
            try CertificateFinder.find(in: Files.read("\(folder.path)/\(name)"), file: name)
        }
        for name in ["l.pem", "l.der"] {
            let list = try #require(try read(name).found.first)
            #expect(list.kind == .revocationList)
            let summary = try RevocationListSummary(der: list.der)
            #expect(summary.issuer == "CN=x")
            #expect(summary.number == "0a")
            #expect(summary.count == 0)
            #expect(summary.nextUpdate == summary.thisUpdate.addingTimeInterval(3 * 86400))
        }
        for name in ["r.pem", "r.der"] {
            let request = try #require(try read(name).found.first)
            #expect(request.kind == .request)
            #expect(try RequestSummary(der: request.der).hosts == ["y.test"])
        }
        #expect(try read("k").isEmpty)
        #expect(try read("k.der").isEmpty)
        #expect(try read("x.p12").unreadable.first?.reason.hasPrefix("it is PKCS#12") == true)
        let bytes = try Files.read("\(folder.path)/x.p12")
        let opened = try CertificateFinder.find(in: bytes, file: "x.p12") { _ in [root, leaf] }
        #expect(opened.found.map(\.location.number) == [1, 2])
        let refused = try CertificateFinder.find(in: bytes, file: "x.p12") { _ in
            throw PKIError(.certificateUnreadable, "the password is wrong")
        }
        #expect(refused.unreadable.first?.reason == "the PKCS#12 cannot be opened: the password is wrong")
    }

    @Test func `a file beyond the limit is refused`() {
        let bytes = [UInt8](repeating: 0x20, count: CertificateFinder.sizeLimit + 1)
        #expect { try CertificateFinder.find(in: bytes, file: "f") } throws: { code($0) == .certificateUnreadable }
    }

    @Test func `what is too large, too deep or of too many parts is refused`() throws {
        func wrap(_ content: [UInt8]) -> [UInt8] {
            [
                0x30, 0x83, UInt8(content.count >> 16 & 0xff), UInt8(content.count >> 8 & 0xff),
                UInt8(content.count & 0xff),
            ]
                + content
        }
        let nulls = [[UInt8]](repeating: [0x05, 0x00], count: 1_000_000).flatMap { $0 }
        #expect(try CertificateFinder.find(in: wrap(nulls), file: "f").isEmpty)
        let large = Encoding.pem("CERTIFICATE", wrap(nulls))
        #expect(try find(large).unreadable.map(\.reason) == ["the certificate cannot be read: it is larger than 1 MiB"])
        let larger = Encoding.pem("CERTIFICATE", [UInt8](repeating: 0x30, count: 5 << 20))
        #expect(try find(larger).unreadable.map(\.reason) == ["the certificate is larger than 4 MiB"])
        let deep = Encoding.pem(
            "CERTIFICATE",
            (1...2000).reduce(into: [UInt8]()) { bytes, _ in
                bytes = [0x30, 0x82, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff)] + bytes
            }
        )
        #expect(try find(deep).unreadable.count == 1)
        #expect(try find(String(repeating: "[", count: 10_000), file: "x.yaml").unreadable.count == 1)
    }
}
