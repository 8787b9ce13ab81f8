//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import Synchronization
import TestSupport
import Testing

@testable import Lab
@testable import Secrets

@Suite struct SecretGeneratorTests {
    @Test("a derived secret is OpenSSL's HMAC")
    func derived() {
        let value = SecretGenerator.derived(from: Secret("key"), for: "valar-1").expose()
        let expected = Tool.shell("printf valar-1 | openssl dgst -sha256 -mac HMAC -macopt key:key -r").output
        #expect(value == String(expected.prefix(64)))
        #expect(SecretGenerator.derived(from: Secret("key"), for: "valar-2").expose() != value)
    }

    @Test("a client secret has 256 bits in 43 characters that need no encoding anywhere")
    func clientSecret() throws {
        let random = SeededRandomSource(seed: 1)
        let values = (0..<2_000).map { _ in SecretGenerator.clientSecret(random).expose() }
        #expect(Set(values).count == values.count)
        for value in values {
            #expect(value.utf8.count == 43)
            #expect(Encoding.bytes(base64URL: value)?.count == 32)
            #expect(!value.hasPrefix("-"))
        }
    }

    @Test("a value with a leading hyphen is drawn again")
    func redraw() {
        // 0xfb gives `-` as the first of base64url's characters, 0x00 gives `A`.
        let random = Script([UInt8](repeating: 0xfb, count: 32) + [UInt8](repeating: 0, count: 32))
        #expect(SecretGenerator.clientSecret(random).expose() == String(repeating: "A", count: 43))
    }

    @Test("a secret has the length and alphabet of its entry", arguments: SecretSpec.Alphabet.allCases)
    func spec(alphabet: SecretSpec.Alphabet) {
        let characters =
            switch alphabet {
            case .base64url: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            case .hex: "0123456789abcdef"
            case .alphanumeric: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
            }
        let random = SeededRandomSource(seed: 2)
        var seen = Set<Character>()
        for length in [1, 8, 32, 64] {
            for _ in 0..<200 {
                let spec = SecretSpec(name: "x", length: length, alphabet: alphabet)
                let value = SecretGenerator.generate(spec, random).expose()
                #expect(value.count == length)
                #expect(!value.hasPrefix("-"))
                seen.formUnion(value)
            }
        }
        #expect(seen == Set(characters))
    }

    @Test("the same random source gives the same secret")
    func repeatable() {
        let spec = SecretSpec(name: "x", length: 32, alphabet: .base64url)
        let one = SecretGenerator.generate(spec, SeededRandomSource(seed: 3))
        #expect(SecretGenerator.generate(spec, SeededRandomSource(seed: 3)) == one)
        #expect(SecretGenerator.generate(spec, SeededRandomSource(seed: 4)) != one)
    }

    @Test("generated secrets are strong enough by kindling's own measure")
    func strength() {
        let random = SeededRandomSource(seed: 5)
        for _ in 0..<500 {
            #expect(SecretStrength.bits(SecretGenerator.clientSecret(random)) >= 250)
            for (length, alphabet) in [(22, SecretSpec.Alphabet.alphanumeric), (32, .hex), (32, .base64url)] {
                let spec = SecretSpec(name: "x", length: length, alphabet: alphabet)
                #expect(SecretStrength.bits(SecretGenerator.generate(spec, random)) >= 120)
            }
        }
    }
}

/// Gives the bytes of a list, one after the other.
private final class Script: RandomSource {
    private let bytes: Mutex<[UInt8]>

    init(_ bytes: [UInt8]) {
        self.bytes = Mutex(bytes)
    }

    func bytes(_ count: Int) -> [UInt8] {
        bytes.withLock { bytes in
            let taken = Array(bytes.prefix(count))
            bytes.removeFirst(taken.count)
            return taken
        }
    }
}
