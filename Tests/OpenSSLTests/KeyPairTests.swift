//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
import CryptoExtras
import OpenSSL
import Support
import TestSupport
import Testing

@Suite struct KeyPairTests {
    @Test(arguments: [KeyAlgorithm.p256, .p384, .ed25519, .rsa(bits: 2048), .rsa(bits: 3072)])
    func `a generated key reads back as the same key`(algorithm: KeyAlgorithm) throws {
        let pair = try KeyPair.generate(algorithm)
        #expect(pair.algorithm == algorithm)
        let again = try KeyPair(privateKey: pair.privateKey)
        #expect(again.algorithm == algorithm)
        #expect(again.publicKey == pair.publicKey)
        #expect(KeyAlgorithm(publicKey: pair.publicKey) == algorithm)
    }

    @Test(.enabled(if: Tool.isInstalled("openssl")), arguments: [KeyAlgorithm.p256, .p384, .ed25519, .rsa(bits: 2048)])
    func `openssl finds a generated key sound`(algorithm: KeyAlgorithm) throws {
        let folder = try TemporaryFolder()
        let pair = try KeyPair.generate(algorithm)
        let key = try folder.write(Encoding.pem("PRIVATE KEY", pair.privateKey.expose()), to: "key.pem", mode: 0o600)
        let result = Tool.shell("openssl pkey -in \(key) -noout -check")
        #expect(result.status == 0, "\(result.output)")
    }

    @Test func `another implementation agrees on the public half`() throws {
        let p256 = try KeyPair.generate(.p256)
        let key = try P256.Signing.PrivateKey(derRepresentation: p256.privateKey.expose())
        #expect(Array(key.publicKey.derRepresentation) == p256.publicKey)
        let p384 = try KeyPair.generate(.p384)
        let other = try P384.Signing.PrivateKey(derRepresentation: p384.privateKey.expose())
        #expect(Array(other.publicKey.derRepresentation) == p384.publicKey)
    }

    @Test func `a P-256 key is encoded as others encode it`() throws {
        for _ in 0..<300 {
            let pair = try KeyPair.generate(.p256)
            let key = try P256.Signing.PrivateKey(derRepresentation: pair.privateKey.expose())
            #expect(Array(key.derRepresentation) == pair.privateKey.expose())
            #expect(Array(key.publicKey.derRepresentation) == pair.publicKey)
        }
    }

    @Test func `another implementation takes the signatures, each by the hash of its curve`() throws {
        let message = Array("to be signed".utf8)
        let p256 = try KeyPair.generate(.p256)
        #expect(
            try P256.Signing.PublicKey(derRepresentation: p256.publicKey)
                .isValidSignature(.init(derRepresentation: p256.sign(message)), for: SHA256.hash(data: message))
        )
        let p384 = try KeyPair.generate(.p384)
        #expect(
            try P384.Signing.PublicKey(derRepresentation: p384.publicKey)
                .isValidSignature(.init(derRepresentation: p384.sign(message)), for: SHA384.hash(data: message))
        )
        let ed25519 = try KeyPair.generate(.ed25519)
        #expect(
            try Curve25519.Signing.PublicKey(rawRepresentation: ed25519.publicKey.suffix(32))
                .isValidSignature(ed25519.sign(message), for: message)
        )
        let rsa = try KeyPair.generate(.rsa(bits: 2048))
        #expect(try rsa.sign(message) == RSASigner(privateKey: rsa.privateKey).sign(message))
    }

    @Test(arguments: [KeyAlgorithm.p256, .p384, .ed25519, .rsa(bits: 2048)])
    func `a generator makes one key after the other`(algorithm: KeyAlgorithm) throws {
        let generator = try KeyGenerator(algorithm)
        let pairs = try (0..<3).map { _ in try generator.generate() }
        #expect(Set(pairs.map(\.publicKey)).count == 3)
        for pair in pairs { #expect(try KeyPair(privateKey: pair.privateKey).publicKey == pair.publicKey) }
    }

    @Test func `the words for algorithms read back, and nothing else does`() {
        for algorithm in [KeyAlgorithm.p256, .p384, .ed25519, .rsa(bits: 2048), .rsa(bits: 8192)] {
            #expect(KeyAlgorithm(rawValue: algorithm.rawValue) == algorithm)
        }
        for text in ["", "P256", "rsa", "rsa-1", "rsa0", "rsa+2048", "rsa02048", "rsa2048 ", "p521"] {
            #expect(KeyAlgorithm(rawValue: text) == nil, "\(text)")
        }
    }

    @Test func `two keys differ`() throws {
        #expect(try KeyPair.generate(.p256).publicKey != KeyPair.generate(.p256).publicKey)
    }

    @Test func `RSA below 2048 bits is not made`() throws {
        #expect(try KeyPair.generate(.rsa(bits: 512)).publicKey.count > 290)
    }

    @Test(arguments: [[], [0x30], [0x30, 0x03, 0x02, 0x01, 0x00], Array(repeating: 0xff, count: 200)] as [[UInt8]])
    func `what is no key is refused`(bytes: [UInt8]) {
        #expect { try KeyPair(privateKey: Secret(bytes)) } throws: { ($0 as? OpenSSLError)?.code == .keyUnreadable }
        #expect(KeyAlgorithm(publicKey: bytes) == nil)
    }

    @Test func `bytes after a key are refused`() throws {
        let pair = try KeyPair.generate(.p256)
        #expect { try KeyPair(privateKey: Secret(pair.privateKey.expose() + [0])) } throws: {
            ($0 as? OpenSSLError)?.message == "the private key has 1 bytes too many"
        }
    }

    @Test func `a curve that is not supported is refused`() {
        let key = P521.Signing.PrivateKey()
        #expect(throws: OpenSSLError.self) { try KeyPair(privateKey: Secret(Array(key.derRepresentation))) }
    }
}
