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

@Suite struct PassphraseEncryptionTests {
    private let passphrase = Secret("correct horse, größer als 8")

    @Test func `an encrypted key comes back`() throws {
        let pair = try KeyPair.generate(.p256)
        let encrypted = try PassphraseEncryption.encrypt(pair.privateKey, passphrase: passphrase)
        let key = try PassphraseEncryption.decrypt(encrypted, passphrase: passphrase)
        #expect(key.expose() == pair.privateKey.expose())
    }

    @Test func `a wrong passphrase is told from a damaged file`() throws {
        let pair = try KeyPair.generate(.p256)
        let encrypted = try PassphraseEncryption.encrypt(pair.privateKey, passphrase: passphrase)
        #expect { try PassphraseEncryption.decrypt(encrypted, passphrase: Secret("wrong")) } throws: {
            ($0 as? OpenSSLError)?.code == .passphraseWrong
        }
        #expect { try PassphraseEncryption.decrypt([0x30, 0], passphrase: passphrase) } throws: {
            ($0 as? OpenSSLError)?.code == .keyUnreadable
        }
    }

    @Test func `too few rounds are refused`() throws {
        let pair = try KeyPair.generate(.p256)
        #expect(throws: OpenSSLError.self) {
            try PassphraseEncryption.encrypt(pair.privateKey, passphrase: passphrase, rounds: 2048)
        }
    }

    @Test(.enabled(if: Tool.isInstalled("openssl")))
    func `openssl opens an encrypted key and sees the rounds`() throws {
        let folder = try TemporaryFolder()
        let pair = try KeyPair.generate(.p256)
        let encrypted = try PassphraseEncryption.encrypt(pair.privateKey, passphrase: passphrase, rounds: 600_001)
        let file = try folder.write(Encoding.pem("ENCRYPTED PRIVATE KEY", encrypted), to: "key.pem", mode: 0o600)
        let words = try folder.write(passphrase.expose(), to: "words", mode: 0o600)
        let check = Tool.shell("openssl pkey -in \(file) -passin file:\(words) -noout -check")
        #expect(check.status == 0, "\(check.output)")
        let form = Tool.shell("openssl asn1parse -in \(file)").output
        #expect(form.contains("hmacWithSHA256"))
        #expect(form.contains("aes-256-cbc"))
        #expect(form.contains("INTEGER           :0927C1"))
    }
}
