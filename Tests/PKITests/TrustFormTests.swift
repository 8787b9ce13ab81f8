//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import OpenSSL
import PKI
import Support
import TestSupport
import Testing

@Suite("Forms of a trust bundle") struct TrustFormTests {
    private let password = Secret("chängeit 🔥")

    private func bundle(_ names: [String] = ["Kidd Lab Root CA"]) async throws -> TrustBundle {
        var roots: [[UInt8]] = []
        for name in names {
            var plan = Fixture.plan(cluster: nil)
            plan.commonName = name
            roots.append(try await Fixture.authorities(plan).root.der)
        }
        return try TrustBundle(roots)
    }

    @Test func `DER is for one root alone`() async throws {
        let single = try await bundle()
        #expect(try single.der() == single.certificates[0])
        let both = try await bundle(["One", "Two"])
        #expect { try both.der() } throws: { code($0) == .bundleNotSingle }
    }

    @Test(
        arguments: [
            ("Kidd Lab Root CA", "kidd-lab-root-ca"), ("  KÖNIG & Söhne/2 ", "k-nig-s-hne-2"), ("京都", "root"),
            ("../../etc", "etc"), (String(repeating: "a", count: 64), String(repeating: "a", count: 48)),
        ]
    )
    func `a root has a name of plain letters with the head of its fingerprint`(name: String, words: String) async throws
    {
        let bundle = try await bundle([name])
        let head = bundle.fingerprints[0].split(separator: ":").prefix(4).joined().lowercased()
        #expect(try RootName.text(bundle.certificates[0]) == "\(words)-\(head)")
        #expect(throws: PKIError.self) { try RootName.text([0x30, 0]) }
    }

    @Test func `a folder has each root under a readable name and under its hash name`() async throws {
        let bundle = try await bundle(["One", "Two"])
        let files = try bundle.folder()
        #expect(Set(files.map(\.name)).count == 4)
        #expect(files.filter { $0.name.hasSuffix(".pem") }.map(\.text) == bundle.certificatePEMs)
        #expect(files.suffix(2) == bundle.hashedNames[...])
    }

    @Test func `a PKCS#12 store holds the roots in their order, and equal roots give equal bytes`() async throws {
        let bundle = try await bundle(["One", "Two"])
        let bytes = try bundle.pkcs12(password: password)
        #expect(try PKCS12.certificates(in: bytes, password: password) == bundle.certificates)
        #expect(try bundle.pkcs12(password: password) == bytes)
        #expect(try bundle.pkcs12(password: Secret("changeit")) != bytes)
    }

    @Test func `a JKS store holds the roots, dated by their begin`() async throws {
        let bundle = try await bundle(["One", "Two"])
        var bytes = try bundle.jks(password: password)[...]
        func number(_ size: Int) -> Int {
            defer { bytes = bytes.dropFirst(size) }
            return bytes.prefix(size).reduce(0) { $0 << 8 | Int($1) }
        }
        func take(_ count: Int) -> [UInt8] {
            defer { bytes = bytes.dropFirst(count) }
            return Array(bytes.prefix(count))
        }
        #expect([number(4), number(4), number(4)] == [0xfeed_feed, 2, 2])
        for certificate in bundle.certificates {
            #expect(number(4) == 2)
            #expect(String(decoding: take(number(2)), as: UTF8.self) == (try RootName.text(certificate)))
            let begin = try CertificateSummary(der: certificate).notBefore
            #expect(number(8) == Int(begin.timeIntervalSince1970) * 1_000)
            #expect(String(decoding: take(number(2)), as: UTF8.self) == "X.509")
            #expect(take(number(4)) == certificate)
        }
        #expect(bytes.count == 20)
        #expect(try bundle.jks(password: password) == bundle.jks(password: password))
    }

    @Test(.enabled(if: Tool.isInstalled("openssl")))
    func `the digest of a JKS store is over the password in UTF-16, the words and the content`() async throws {
        let bytes = try await bundle().jks(password: password)
        let folder = try TemporaryFolder()
        let words = password.expose().utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
        let input = words + Array("Mighty Aphrodite".utf8) + bytes.dropLast(20)
        try Files.write(input, to: "\(folder.path)/input")
        let digest = Tool.shell("openssl dgst -sha1 -r \(folder.path)/input").output
        #expect(digest.hasPrefix(Encoding.hex(bytes.suffix(20))))
    }

    // MARK: Selecting

    @Test func `what has expired is left out with its name and day`() async throws {
        let bundle = try await bundle(["One"])
        let end = try CertificateSummary(der: bundle.certificates[0]).notAfter
        var selection = TrustSelection(now: end)
        try selection.add(bundle.certificates)
        #expect(try selection.bundle() == bundle)
        #expect(selection.notices == [])
        var late = TrustSelection(now: end.addingTimeInterval(1))
        try late.add(bundle.certificates)
        #expect(late.notices.count == 1)
        #expect(late.notices[0].contains("One"))
        #expect(late.notices[0].contains("2036-11-18"))
        #expect { try late.bundle() } throws: { code($0) == .authorityExpired }
    }

    @Test func `of a file of others all that can be read is taken, each once`() async throws {
        let bundle = try await bundle(["One", "Two"])
        let broken = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
        let unfinished = "-----BEGIN CERTIFICATE-----\nMIIB\n"
        let text =
            "One\n" + bundle.certificatePEMs[0].replacing("\n", with: "\r\n") + broken + "# Two\n" + unfinished
            + bundle.pem + "-----BEGIN TRUSTED CERTIFICATE-----\nMIIB\n-----END TRUSTED CERTIFICATE-----\n" + unfinished
        var selection = TrustSelection(now: Fixture.now)
        selection.add(pem: text, file: "roots")
        #expect(try selection.bundle() == bundle)
        #expect(selection.notices.count == 3)
        #expect(
            selection.notices[0].contains("line \(bundle.certificatePEMs[0].count(where: \.isNewline) + 2) of roots")
        )
    }

    @Test(arguments: ["", "no certificate at all", "-----BEGIN CERTIFICATE-----"])
    func `a file without a root leaves none`(text: String) {
        var selection = TrustSelection(now: Fixture.now)
        selection.add(pem: text, file: "roots")
        #expect { try selection.bundle() } throws: { code($0) == .authorityExpired }
    }

    @Test func `others in a ConfigMap count towards its limit`() async throws {
        let bundle = try await bundle()
        let free = TrustBundle.configMapLimit - bundle.pem.utf8.count * 2 - "ca.crt".count - "01234567.0".count
        #expect(try bundle.configMapEntries(key: "ca.crt", others: free - 1).count == 2)
        #expect { try bundle.configMapEntries(key: "ca.crt", others: free) } throws: {
            code($0) == .bundleTooLarge
        }
    }
}
