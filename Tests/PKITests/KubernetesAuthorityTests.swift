//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import PKI
import Support
import TestSupport
import Testing

@Suite struct KubernetesAuthorityTests {
    private func make() throws -> KubernetesAuthority {
        try KubernetesAuthority.make(commonName: "ainur server-ca", now: Fixture.now, random: SystemRandomSource())
    }

    @Test func openSSLTakesItForARootOfItsOwn() throws {
        let folder = try TemporaryFolder()
        let authority = try make()
        let certificate = try folder.write(authority.certificate, to: "ca.crt")
        let key = try folder.write(authority.privateKey.expose(), to: "ca.key")
        #expect(
            Tool.shell("openssl verify -x509_strict -attime 1795300000 -CAfile \(certificate) \(certificate)").status
                == 0
        )
        let text = Tool.shell("openssl x509 -in \(certificate) -noout -text").output
        #expect(text.contains("Subject: CN = ainur server-ca") || text.contains("Subject: CN=ainur server-ca"))
        #expect(text.contains("CA:TRUE"))
        #expect(text.contains("Digital Signature, Certificate Sign"))
        #expect(text.contains("prime256v1"))
        #expect(text.contains("Not After : Nov 18 11:54:59 2036 GMT"), "ten years")
        let pair = "openssl x509 -in \(certificate) -noout -pubkey; openssl pkey -in \(key) -pubout"
        let halves = Tool.shell(pair).output.split(separator: "-----END PUBLIC KEY-----").prefix(2)
        #expect(halves.first.map { String($0) } == halves.last.map { String($0.drop { $0 == "\n" }) })
    }

    @Test func theDigestsAreThoseThatTokensPin() throws {
        let folder = try TemporaryFolder()
        let authority = try make()
        let file = try folder.write(authority.certificate, to: "ca.crt")
        let ofFile = Tool.shell("openssl dgst -sha256 -r <\(file)").output.prefix(64)
        #expect(authority.fileDigest == String(ofFile))
        let key = "openssl x509 -in \(file) -noout -pubkey | openssl pkey -pubin -outform DER"
        #expect(authority.publicKeyDigest == String(Tool.shell("\(key) | openssl dgst -sha256 -r").output.prefix(64)))
    }

    @Test func itIsReadAsItWasKeptByteForByte() throws {
        let authority = try make()
        let again = try KubernetesAuthority(pem: authority.pem, name: "it")
        #expect(again.pem == authority.pem)
        #expect(again.fileDigest == authority.fileDigest)
        // As a person sets it: the key first, no line end at the end.
        let turned = authority.privateKey.expose() + authority.certificate
        let set = try KubernetesAuthority(pem: Secret(String(turned.dropLast())), name: "it")
        #expect(set.certificate == authority.certificate)
    }

    @Test func whatIsNoAuthorityWithItsKeyIsRefused() throws {
        let (one, other) = (try make(), try make())
        let leaf = Tool.shell(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x "
                + "-addext basicConstraints=CA:FALSE -keyout - 2>/dev/null"
        ).output
        for text in [
            "", "x", one.certificate, one.privateKey.expose(), one.certificate + other.privateKey.expose(),
            one.pem.expose() + one.certificate, leaf,
            one.pem.expose().replacing("PRIVATE KEY", with: "EC PRIVATE KEY"),
        ] {
            let error = #expect(throws: PKIError.self) { try KubernetesAuthority(pem: Secret(text), name: "the one") }
            #expect(error?.code == .authorityBroken)
            #expect(error?.message.contains("the one") == true)
        }
    }

    @Test func theKeyOfServiceAccountsHasItsPublicHalf() throws {
        let folder = try TemporaryFolder()
        let key = try ServiceAccountKey.make()
        let file = try folder.write(key.privateKey.expose(), to: "sa.key")
        #expect(Tool.shell("openssl pkey -in \(file) -pubout").output == key.publicKey)
        #expect(try ServiceAccountKey(pem: key.privateKey, name: "it").publicKey == key.publicKey)
        #expect(throws: PKIError.self) { try ServiceAccountKey(pem: Secret(key.publicKey), name: "it") }
    }
}
