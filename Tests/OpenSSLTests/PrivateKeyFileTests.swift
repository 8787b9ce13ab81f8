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

/// Keys that the openssl program made, in all forms that are read, and what is refused.
@Suite(.enabled(if: Tool.isInstalled("openssl"))) struct PrivateKeyFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Runs openssl, which writes the file `key`.
    private func made(_ command: String) throws -> [UInt8] {
        let result = Tool.shell("cd \(folder.path) && rm -f key && \(command)")
        try #require(result.status == 0, "\(result.output)")
        return try Files.read("\(folder.path)/key")
    }

    private func read(_ bytes: [UInt8], passphrase: String? = nil) throws -> KeyPair {
        try PrivateKeyFile.read(bytes, name: "key") {
            struct Asked: Error {}
            guard let passphrase else { throw Asked() }
            return Secret(passphrase)
        }
    }

    private static let kinds: [(options: String, algorithm: KeyAlgorithm)] = [
        ("-algorithm EC -pkeyopt ec_paramgen_curve:P-256", .p256),
        ("-algorithm EC -pkeyopt ec_paramgen_curve:P-384", .p384), ("-algorithm ED25519", .ed25519),
        ("-algorithm RSA -pkeyopt rsa_keygen_bits:2048", .rsa(bits: 2048)),
        ("-algorithm RSA -pkeyopt rsa_keygen_bits:3072", .rsa(bits: 3072)),
    ]

    @Test(arguments: kinds.indices)
    func `a key is read in every form that openssl writes`(index: Int) throws {
        let (options, algorithm) = Self.kinds[index]
        var forms = [
            "openssl pkey -in pem -out key", "openssl pkey -in pem -outform DER -out key",
            "openssl pkcs8 -topk8 -in pem -passout pass:word -v2 aes-256-cbc -iter 700000 -out key",
            "openssl pkcs8 -topk8 -in pem -passout pass:word -v2 aes-128-cbc -v2prf hmacWithSHA1 -outform DER -out key",
            "openssl pkcs8 -topk8 -in pem -passout pass:word -scrypt -out key",
            "{ echo; echo note; openssl pkey -in pem; } | sed 's/$/\\r/' >key",
        ]
        if algorithm != .ed25519 {
            forms += [
                "openssl pkey -in pem -traditional -out key", "openssl pkey -in pem -traditional -outform DER -out key",
            ]
        }
        let text = try made("openssl genpkey \(options) -out pem && cp pem key")
        let expected = try read(text)
        #expect(expected.algorithm == algorithm)
        for form in forms {
            let key = try read(try made(form), passphrase: form.contains("word") ? "word" : nil)
            #expect(key.publicKey == expected.publicKey, "\(form)")
            #expect(key.privateKey.expose() == expected.privateKey.expose(), "\(form)")
        }
    }

    @Test func `a curve key of openssl's own habits is read`() throws {
        for command in [
            "openssl ecparam -name prime256v1 -genkey -out key",
            "openssl ecparam -name prime256v1 -genkey -conv_form compressed -out key",
            "openssl ecparam -name prime256v1 -genkey -noout | openssl ec -no_public -out key",
        ] {
            let pair = try read(try made(command))
            #expect(pair.algorithm == .p256)
            #expect(try KeyPair(privateKey: pair.privateKey).publicKey == pair.publicKey)
        }
    }

    @Test(arguments: [
        "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out key",
        "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1 -out key",
        "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit -out key",
        "openssl ecparam -name prime256v1 -genkey -param_enc explicit -out key",
        "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out key",
        "openssl genpkey -algorithm X25519 -out key",
        "openssl genpkey -algorithm ED448 -out key", "openssl genpkey -algorithm RSA-PSS -out key",
        "openssl genrsa -traditional -aes128 -passout pass:word -out key 2048",
        "openssl genpkey -algorithm ED25519 -out pem && cat pem pem >key",
        "openssl genpkey -algorithm ED25519 | head -c 90 >key",
        "openssl genpkey -algorithm ED25519 | openssl pkey -pubout -out key",
        "{ openssl genpkey -algorithm ED25519 -outform DER; echo; } >key",
        "openssl genpkey -algorithm ED25519 -out pem && openssl pkcs8 -topk8 -in pem -passout pass:word -v1 PBE-SHA1-3DES -out key",
        "openssl genpkey -algorithm ED25519 -out pem && openssl pkcs8 -topk8 -in pem -passout pass:word -scrypt -scrypt_p 4000 -scrypt_N 1024 -out key",
    ])
    func `a key of another kind, size or form is refused`(command: String) throws {
        let bytes = try made(command)
        #expect { try read(bytes, passphrase: "word") } throws: {
            let code = ($0 as? OpenSSLError)?.code
            return code == .keyUnreadable || code == .keyTooCostly
        }
    }

    @Test func `rounds are read before the passphrase is asked for`() throws {
        let bytes = try made(
            "openssl genpkey -algorithm ED25519 -out pem && openssl pkcs8 -topk8 -in pem -passout pass:word -v2 aes-256-cbc "
                + "-iter 100000 -outform DER -out key"
        )
        let rounds: [UInt8] = [0x02, 0x03, 0x01, 0x86, 0xa0]
        let place = try #require(bytes.firstRange(of: rounds))
        var costly = bytes
        costly.replaceSubrange(place, with: [0x02, 0x03, 0x98, 0x96, 0x81])
        #expect(throws: OpenSSLError.self) { try read(costly) }
        // Ten million and one, in four octets; lengths around it follow.
        for number: [UInt8] in [[0x00, 0x98, 0x96, 0x81], [0x7f, 0xff, 0xff, 0xff]] {
            var more = bytes
            more.replaceSubrange(place, with: [0x02, 0x04] + number)
            for index in more.indices.dropLast().prefix(place.lowerBound)
            where more[index] == 0x30 || more[index] == 0x04 {
                let end = index + 2 + Int(more[index + 1])
                if more[index + 1] < 0x7f, index + 1 < place.lowerBound, end >= place.upperBound {
                    more[index + 1] += 1
                }
            }
            if more[1] == 0x81 { more[2] += 1 }
            #expect { try read(more) } throws: { ($0 as? OpenSSLError)?.code == .keyTooCostly }
        }
        #expect { try read(bytes, passphrase: "wrong") } throws: { ($0 as? OpenSSLError)?.code == .passphraseWrong }
        #expect { try read(bytes, passphrase: "") } throws: { ($0 as? OpenSSLError)?.code == .passphraseWrong }
        #expect(try read(bytes, passphrase: "word").algorithm == .ed25519)
    }

    @Test func `a private key with another's public half is refused`() throws {
        let (one, two) = (try KeyPair.generate(.p256), try KeyPair.generate(.p256))
        let mixed = one.privateKey.expose().dropLast(64) + two.publicKey.suffix(64)
        #expect { try read(Array(mixed)) } throws: { ($0 as? OpenSSLError)?.code == .keyUnreadable }
    }

    @Test func `damaged, huge and empty files are refused, and quickly`() throws {
        let key = try KeyPair.generate(.rsa(bits: 2048)).privateKey.expose()
        let pem = Array(Encoding.pem("PRIVATE KEY", key).utf8)
        let encrypted = try PassphraseEncryption.encrypt(Secret(key), passphrase: Secret("word"))
        for bytes in [
            [], [0x30], [0x30, 0x80], Array(repeating: 0x30, count: 60_000), Array(repeating: 0x61, count: 65_537),
            Array(repeating: UInt8(ascii: "-"), count: 60_000), Array("-----BEGIN PRIVATE KEY-----\n".utf8),
            Array("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n".utf8), pem + pem,
            Array(Encoding.pem("CERTIFICATE", key).utf8), Array(Encoding.pem("OPENSSH PRIVATE KEY", key).utf8),
        ] as [[UInt8]] {
            #expect { try read(bytes, passphrase: "word") } throws: { ($0 as? OpenSSLError)?.code == .keyUnreadable }
        }
        for form in [key, pem, encrypted] {
            for count in stride(from: 0, to: form.count - 2, by: max(1, form.count / 60)) {
                #expect(throws: OpenSSLError.self) { try read(Array(form.prefix(count)), passphrase: "x") }
            }
        }
    }
}
