//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import OIDC
import OIDCTestSupport
import Support
import Testing

@Suite("People and passwords")
struct DirectoryTests {
    @Test("ids are made once, and stay when the rest changes")
    func ids() async throws {
        let store = MemoryStore()
        let text = """
            lab: ainur
            domain: kidd.network
            identity: {issuer: "https://idp.kidd.network", address: 192.168.1.66}
            users:
              - {email: ada@kidd.network, username: ada, name: Ada, groups: [a]}
              - {email: bob@kidd.network, username: bob, name: Bob, id: "7"}
            """
        var users = try LabDecoder.decode(text: text, file: "lab.yaml").users
        let first = try await UserDirectory.load(users, store: store, random: SeededRandomSource(seed: 1))
        users[0].email = "Ada@kidd.network"
        let again = try await UserDirectory.load(users, store: store, random: SeededRandomSource(seed: 2))
        #expect(first.users.map(\.id) == again.users.map(\.id))
        let id = try #require(first.user(login: "ada")?.id)
        #expect(id.count == 36)
        #expect(Array(id)[14] == "4")
        #expect(first.user(login: " ADA@KIDD.NETWORK\n")?.id == id)
        #expect(first.user(login: "bob")?.id == "7")
        #expect(first.user(id: "7")?.username == "bob")
        #expect(first.user(login: "") == nil && first.user(login: "eve") == nil)
    }

    private static let user = DirectoryUser(
        id: "1",
        email: "ada@kidd.network",
        username: "ada.lovelace",
        name: "Ada Lovelace",
        groups: []
    )

    @Test("good passwords pass", arguments: ["twelve chars", "ein sehr langes Wort für viele", "🔥🔥🔥🔥🔥🔥 lights"])
    func good(password: String) throws {
        try PasswordPolicy(refused: ["Password1234"]).check(Secret(password), for: Self.user)
    }

    @Test(
        "bad passwords do not, and are not repeated",
        arguments: [
            "", "eleven char", "PASSWORD1234", "Ada.Lovelace", "ada lovelace", "ADA@kidd.network", "zzzzzzzzzzzzzzz",
            "a new line\nin it", String(repeating: "ab", count: 37),
        ]
    )
    func bad(password: String) throws {
        let error = #expect(throws: OIDCError.self) {
            try PasswordPolicy(refused: ["Password1234"]).check(Secret(password), for: Self.user)
        }
        #expect(error?.code == .oidcPasswordRefused)
        #expect(password.isEmpty || error?.message.contains(password) == false)
    }

    @Test("a hash belongs to its password, and none to nobody")
    func hashes() throws {
        let hash = try PasswordCheck.hash(Secret("a password"), random: SeededRandomSource(seed: 3))
        #expect(PasswordCheck.verify(Secret("a password"), against: hash))
        #expect(!PasswordCheck.verify(Secret("b password"), against: hash))
        #expect(!PasswordCheck.verify(Secret("a password"), against: nil))
        #expect(!PasswordCheck.verify(Secret(""), against: nil))
    }
}
