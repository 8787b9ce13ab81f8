//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Secrets
import Support
import Testing

@Suite struct ImportedSecretTests {
    private static let strong = "xK9-_.bQ2mW8nR4tY6uI0oP3aS5dF7gH1jL"

    private func take(_ text: String) throws(SecretsError) -> ImportedSecret {
        try ImportedSecret(Secret(Array(text.utf8)))
    }

    @Test("a strong secret is taken as it is, without a word")
    func strong() throws {
        let secret = try take(Self.strong)
        #expect(secret.value.expose() == Self.strong)
        #expect(secret.notices.isEmpty)
    }

    @Test("one line end at the end is removed, with a notice", arguments: ["\n", "\r\n", "\r"])
    func lineEnd(end: String) throws {
        let secret = try take(Self.strong + end)
        #expect(secret.value.expose() == Self.strong)
        #expect(secret.notices == [.lineEndRemoved])
    }

    @Test("other white space and inner line ends are kept, with a notice")
    func whiteSpace() throws {
        for text in [" \(Self.strong)", "\(Self.strong) ", "\(Self.strong)\nx", "\(Self.strong)\n\n"] {
            let secret = try take(text)
            #expect(secret.notices.contains(.fragile))
            #expect(secret.value.expose().utf8.count >= Self.strong.utf8.count + 1)
        }
    }

    @Test("only the empty secret is refused", arguments: ["", "\n", "\r\n"])
    func empty(text: String) {
        let error = #expect(throws: SecretsError.self) { try take(text) }
        #expect(error?.code == .secretEmpty)
        #expect(error?.code.exit == .badInput)
    }

    @Test("what is no text is refused without being quoted")
    func notText() {
        for bytes in [[0xff, 0xfe, 0x41], [0x61, 0x62, 0, 0x63], [0xc3]] as [[UInt8]] {
            let error = #expect(throws: SecretsError.self) { try ImportedSecret(Secret(bytes)) }
            #expect(error?.code == .secretNotText)
        }
    }

    @Test(
        "a secret that may be guessed is taken with a warning",
        arguments: [
            "a", "hunter2", "12345678901234567890", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "abababababababababababababababababababab", "correct horse staple", "0123456789abcdef",
        ]
    )
    func weak(text: String) throws {
        let notice = try take(text).notices.first { if case .weak = $0 { true } else { false } }
        let found = try #require(notice)
        #expect(found.description.contains("bits"))
        #expect(!found.description.contains(text) || text.count < 8)
    }

    @Test("characters that clients encode differently draw a warning", arguments: ["+", "/", "=", "%", "~", " ", "ä"])
    func fragile(character: String) throws {
        #expect(try take(Self.strong + character).notices == [.fragile])
    }
}
