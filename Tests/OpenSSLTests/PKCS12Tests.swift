//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import OpenSSL
import Support
import TestSupport
import Testing

@Suite(.enabled(if: Tool.isInstalled("openssl"))) struct PKCS12Tests {
    private let folder: TemporaryFolder
    private let password = Secret("changeit")

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A new self-signed certificate, DER; its key and PEM stay in the folder under its name.
    private func certificate(_ name: String) throws -> [UInt8] {
        let made = Tool.shell(
            "cd \(folder.path) && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
                + "-subj '/CN=\(name)' -keyout \(name).key -out \(name).pem && "
                + "openssl x509 -in \(name).pem -outform DER -out \(name).der"
        )
        #expect(made.status == 0, "\(made.output)")
        return try Files.read("\(folder.path)/\(name).der")
    }

    /// What `openssl pkcs12 -export` makes of the certificate `name` and its key.
    private func export(_ name: String, _ options: String, password: String = "changeit") throws -> [UInt8] {
        let made = Tool.shell(
            "cd \(folder.path) && openssl pkcs12 -export -in \(name).pem -inkey \(name).key -passout 'pass:\(password)' "
                + "-out file.p12 \(options)"
        )
        #expect(made.status == 0, "\(made.output)")
        return try Files.read("\(folder.path)/file.p12")
    }

    private func read(_ bytes: [UInt8], _ words: String = "changeit") throws -> [[UInt8]] {
        try PKCS12.certificates(in: bytes, password: Secret(words))
    }

    private func isRefused(_ code: ErrorCode, _ bytes: [UInt8], _ words: String = "changeit") -> Bool {
        do {
            _ = try read(bytes, words)
            return false
        } catch {
            return (error as? OpenSSLError)?.code == code
        }
    }

    /// A file of OpenSSL's without its MAC: SEQUENCE { version, contents }, with lengths of two bytes.
    private func withoutMAC(_ file: [UInt8]) throws -> [UInt8] {
        try #require(file.count > 11 && file[1] == 0x82 && file[7] == 0x30 && file[8] == 0x82)
        let content = file[4..<(11 + Int(file[9]) << 8 + Int(file[10]))]
        return [0x30, 0x82, UInt8(content.count >> 8), UInt8(content.count & 0xff)] + content
    }

    // MARK: Writing

    @Test func `a trust store is read back, in its order`() throws {
        let certificates = try ["a", "b", "c"].map { try certificate($0) }
        let entries = certificates.enumerated().map {
            PKCS12.TrustedCertificate(alias: "root-\($0)", certificate: $1)
        }
        let bytes = try PKCS12.trustStore(entries, password: password)
        #expect(try read(bytes) == certificates)
        #expect(isRefused(.pkcs12PasswordWrong, bytes, "changed"))
    }

    @Test func `equal content gives equal bytes, and each part of it counts`() throws {
        let (first, second) = (try certificate("a"), try certificate("b"))
        func store(_ alias: String, _ certificate: [UInt8], _ words: String) throws -> [UInt8] {
            try PKCS12.trustStore([.init(alias: alias, certificate: certificate)], password: Secret(words))
        }
        let bytes = try store("a", first, "changeit")
        #expect(try store("a", first, "changeit") == bytes)
        #expect(try store("b", first, "changeit") != bytes)
        #expect(try store("a", second, "changeit") != bytes)
        #expect(try store("a", first, "other") != bytes)
    }

    @Test func `openssl sees the certificate, its name, the trust and the MAC`() throws {
        let der = try certificate("a")
        let words = "größer als 8 🔥"
        let bytes = try PKCS12.trustStore([.init(alias: "lab root ü", certificate: der)], password: Secret(words))
        try Files.write(bytes, to: "\(folder.path)/trust.p12")
        try folder.write(words, to: "words")
        let shown = Tool.shell("cd \(folder.path) && openssl pkcs12 -in trust.p12 -passin file:words -info -nokeys")
        #expect(shown.status == 0, "\(shown.output)")
        #expect(shown.output.contains("MAC: sha256, Iteration 10000"))
        #expect(shown.output.contains("friendlyName: lab root"))
        // Twice wrapped in an OCTET STRING: the content of the file, and that of its only part.
        let form = Tool.shell(
            "cd \(folder.path) && openssl asn1parse -inform DER -in trust.p12 -strparse 26 -strparse 23"
        ).output
        #expect(form.contains("OBJECT            :2.16.840.1.113894.746875.1.1"))
        #expect(form.contains("OBJECT            :Any Extended Key Usage"))
        let shownPEM = Tool.shell(
            "cd \(folder.path) && openssl pkcs12 -in trust.p12 -passin file:words -nokeys | openssl x509"
        )
        #expect(shownPEM.output == Encoding.pem("CERTIFICATE", der))
    }

    @Test func `what is no certificate makes no trust store, nor does nothing`() throws {
        let der = try certificate("a")
        for bytes in [[], [0x30, 0], Array(der.dropLast()), der + [0]] {
            #expect(throws: OpenSSLError.self) {
                try PKCS12.trustStore([.init(alias: "a", certificate: bytes)], password: password)
            }
        }
        #expect(throws: OpenSSLError.self) { try PKCS12.trustStore([], password: password) }
    }

    // MARK: Reading

    @Test(
        arguments: [
            "", "-certpbe NONE -keypbe NONE", "-certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1",
            "-macalg sha512 -iter 100000", "-nomac", "-noiter -nomaciter",
        ]
    )
    func `files of openssl are read, whatever their encryption`(options: String) throws {
        let der = try certificate("a")
        #expect(try read(export("a", options)) == [der])
    }

    @Test func `the chain of a file comes after its certificate, and keys are passed over`() throws {
        let (leaf, root) = (try certificate("leaf"), try certificate("root"))
        #expect(try read(export("leaf", "-certfile \(folder.path)/root.pem")) == [leaf, root])
    }

    @Test func `an empty password is one too`() throws {
        let der = try certificate("a")
        let bytes = try export("a", "", password: "")
        #expect(try read(bytes, "") == [der])
        #expect(isRefused(.pkcs12PasswordWrong, bytes))
    }

    @Test(arguments: ["", "-certpbe PBE-SHA1-3DES"])
    func `a part that asks for too many rounds is refused before they are done`(options: String) throws {
        _ = try certificate("a")
        // OpenSSL itself would work for long, so the number is written into a file of fewer rounds.
        var bytes = try withoutMAC(export("a", "-iter 77777 -nomaciter \(options)"))
        let few: [UInt8] = [0x02, 0x03, 0x01, 0x2f, 0xd1]
        #expect(!bytes.ranges(of: few).isEmpty)
        bytes.replace(few, with: [0x02, 0x03, 0x7f, 0xff, 0xff])
        let took = ContinuousClock().measure { #expect(isRefused(.pkcs12Unreadable, bytes)) }
        #expect(took < .seconds(2))
    }

    @Test func `rounds are added up over the parts of a file`() throws {
        _ = try certificate("a")
        // 0x104fff rounds twice: for the MAC, which is checked in less than a second, and for the certificates.
        let bytes = try export("a", "-iter 1069055 -macalg sha256")
        #expect(isRefused(.pkcs12Unreadable, bytes))
        #expect(try read(export("a", "-iter 1000 -macalg sha256")).count == 1)
    }

    @Test func `a MAC of too many rounds is refused before they are done`() throws {
        let der = try certificate("a")
        var bytes = try PKCS12.trustStore([.init(alias: "a", certificate: der)], password: password)
        // INTEGER 10000 at the end of the file becomes one with the top bits set.
        #expect(bytes.suffix(4) == [0x02, 0x02, 0x27, 0x10])
        for end in [[0x02, 0x02, 0xff, 0xff], [0x02, 0x02, 0x00, 0x00]] as [[UInt8]] {
            bytes.replaceSubrange((bytes.count - 4)..., with: end)
            #expect(isRefused(.pkcs12Unreadable, bytes))
        }
    }

    @Test func `a MAC of another kind is refused as such, not as a wrong password`() throws {
        let der = try certificate("a")
        var bytes = try PKCS12.trustStore([.init(alias: "a", certificate: der)], password: password)
        let sha256: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]
        #expect(bytes.ranges(of: sha256).count == 1)
        bytes.replace(sha256, with: sha256.dropLast() + [0x20])
        #expect(isRefused(.pkcs12Unreadable, bytes))
    }

    @Test func `a file cut anywhere, or with a byte more, is refused`() throws {
        _ = try certificate("a")
        let bytes = try export("a", "-iter 1")
        for count in stride(from: 0, to: bytes.count, by: 7) {
            #expect(isRefused(.pkcs12Unreadable, Array(bytes.prefix(count))))
        }
        #expect(isRefused(.pkcs12Unreadable, bytes + [0]))
    }

    @Test func `a file with any byte changed gives an error or certificates, and no crash`() throws {
        _ = try certificate("a")
        let bytes = try withoutMAC(export("a", "-iter 1"))
        var isRead = 0
        for index in bytes.indices {
            for value in [0, 0x30, 0x80, 0xff] as [UInt8] {
                var changed = bytes
                changed[index] = value
                guard let found = try? read(changed) else { continue }
                isRead += 1
                #expect(found.count <= 1)
            }
        }
        // What is changed in the key's bag does not keep the certificate from being read.
        #expect(isRead > 0)
    }

    @Test func `what is no PKCS#12 file is refused`() throws {
        let der = try certificate("a")
        let pem = try Files.read("\(folder.path)/a.pem")
        let deep = [UInt8](repeating: 0x30, count: 1) + [0x80]
        let nested = Array(repeatElement(deep, count: 50_000).joined())
        for bytes in [[], [0x30], [0x30, 0], der, pem, nested, [UInt8](repeating: 0xff, count: 1000)] {
            #expect(isRefused(.pkcs12Unreadable, bytes))
        }
    }

    @Test func `a file that is too large is refused by its size`() throws {
        #expect(isRefused(.pkcs12Unreadable, [UInt8](repeating: 0x30, count: PKCS12.sizeLimit + 1)))
    }

    @Test func `a file whose cipher is gone says what to do`() throws {
        _ = try certificate("a")
        let legacy = Tool.shell(
            "cd \(folder.path) && openssl pkcs12 -export -legacy -in a.pem -inkey a.key -passout pass:changeit -out old.p12"
        )
        guard legacy.status == 0 else { return }
        #expect {
            try read(Files.read("\(folder.path)/old.p12"))
        } throws: {
            ($0 as? OpenSSLError)?.remedy?.contains("-legacy") == true
        }
    }
}
