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
import Testing

@Suite struct RSASignerTests {
    private let pair: KeyPair
    private let signer: RSASigner

    init() throws {
        pair = try KeyPair.generate(.rsa(bits: 2048))
        signer = try RSASigner(privateKey: pair.privateKey)
    }

    @Test func `another implementation takes the signature`() throws {
        let message = Array("header.payload".utf8)
        let signature = try signer.sign(message)
        #expect(signature.count == 256)
        let key = try _RSA.Signing.PublicKey(derRepresentation: pair.publicKey)
        let digest = SHA256.hash(data: message)
        #expect(key.isValidSignature(.init(rawRepresentation: signature), for: digest, padding: .insecurePKCS1v1_5))
        let other = SHA256.hash(data: message + [0])
        #expect(!key.isValidSignature(.init(rawRepresentation: signature), for: other, padding: .insecurePKCS1v1_5))
    }

    @Test func `the signature of a message is always the same, an empty one too`() throws {
        #expect(try signer.sign([]) == signer.sign([]))
        #expect(try signer.sign([1]) != signer.sign([2]))
    }

    @Test func `public numbers make the same public key again`() throws {
        let numbers = signer.publicNumbers
        #expect(numbers.exponent == [1, 0, 1])
        #expect(numbers.modulus.count == 256)
        #expect(numbers.modulus.first != 0)
        let key = try _RSA.Signing.PublicKey(n: numbers.modulus, e: numbers.exponent)
        #expect(Array(key.derRepresentation) == pair.publicKey)
        #expect(signer.publicKey == pair.publicKey)
    }

    @Test func `many threads sign at once`() async throws {
        let signer = signer
        let expected = try signer.sign([7])
        let signatures = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<64 { group.addTask { try signer.sign([7]) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(signatures == Array(repeating: expected, count: 64))
    }

    @Test func `a key of another kind is refused`() throws {
        let other = try KeyPair.generate(.p256)
        #expect { try RSASigner(privateKey: other.privateKey) } throws: {
            ($0 as? OpenSSLError)?.message == "the private key is not an RSA key"
        }
        #expect(throws: OpenSSLError.self) { try RSASigner(privateKey: Secret([1, 2, 3])) }
    }
}
