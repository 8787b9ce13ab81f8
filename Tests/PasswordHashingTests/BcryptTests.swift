//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import PasswordHashing
import Support
import TestSupport
import Testing

@Suite struct BcryptTests {
    private let random = SeededRandomSource(seed: 7)

    /// Vectors of the reference implementation, crypt_blowfish.
    @Test(
        "known hashes are verified",
        arguments: [
            ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
            ("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
            ("U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
            ("", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"),
            (
                "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
                "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"
            ),
        ]
    )
    func knownHashes(password: String, hash: String) {
        #expect(Bcrypt.verify(Secret(password), against: hash))
        #expect(!Bcrypt.verify(Secret(password + "x"), against: hash))
        for prefix in ["$2b$", "$2y$"] {
            #expect(Bcrypt.verify(Secret(password), against: prefix + hash.dropFirst(4)))
        }
    }

    @Test("a new hash has the scheme and cost asked for, and verifies")
    func newHash() throws {
        let hash = try Bcrypt.hash(Secret("pässword"), cost: 10, random: random)
        #expect(hash.hasPrefix("$2b$10$"))
        #expect(hash.utf8.count == 60)
        #expect(Bcrypt.isHash(hash))
        #expect(Bcrypt.verify(Secret("pässword"), against: hash))
        #expect(!Bcrypt.verify(Secret("passworд"), against: hash))
        #expect(!Bcrypt.verify(Secret(""), against: hash))
    }

    @Test("the cost is 12 unless another is asked for")
    func defaultCost() throws {
        #expect(try Bcrypt.hash(Secret("x"), random: random).hasPrefix("$2b$12$"))
    }

    @Test("the salt comes from the random source")
    func salt() throws {
        let one = try Bcrypt.hash(Secret("x"), cost: 10, random: SeededRandomSource(seed: 1))
        let again = try Bcrypt.hash(Secret("x"), cost: 10, random: SeededRandomSource(seed: 1))
        let other = try Bcrypt.hash(Secret("x"), cost: 10, random: SeededRandomSource(seed: 2))
        #expect(one == again)
        #expect(one != other)
    }

    @Test("costs that Dex refuses are refused", arguments: [-1, 0, 4, 9, 17, 31])
    func refusedCosts(cost: Int) {
        let error = #expect(throws: PasswordHashError.self) {
            try Bcrypt.hash(Secret("x"), cost: cost, random: random)
        }
        #expect(error?.code == .passwordCost)
    }

    @Test("72 bytes are hashed, 73 are refused rather than cut")
    func lengthLimit() throws {
        let longest = String(repeating: "ä", count: 36)
        let hash = try Bcrypt.hash(Secret(longest), cost: 10, random: random)
        #expect(Bcrypt.verify(Secret(longest), against: hash))
        #expect(!Bcrypt.verify(Secret(longest + "x"), against: hash))
        let error = #expect(throws: PasswordHashError.self) {
            try Bcrypt.hash(Secret(longest + "x"), cost: 10, random: random)
        }
        #expect(error?.code == .passwordTooLong)
        #expect(error?.message.contains("ä") == false)
    }

    @Test("a zero byte is refused and never verifies as the part before it")
    func zeroByte() throws {
        let hash = try Bcrypt.hash(Secret("abc"), cost: 10, random: random)
        #expect(!Bcrypt.verify(Secret("abc\0def"), against: hash))
        let error = #expect(throws: PasswordHashError.self) {
            try Bcrypt.hash(Secret("abc\0def"), cost: 10, random: random)
        }
        #expect(error?.code == .passwordHasZeroByte)
    }

    @Test(
        "what is no bcrypt hash verifies nothing",
        arguments: [
            "", "*0", "abc", "$6$salt$hash", "$y$j9T$abc$def",
            "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$2b$+5$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe",
            "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe\n",
            "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeWW",
        ]
    )
    func notHashes(text: String) {
        #expect(!Bcrypt.isHash(text))
        #expect(!Bcrypt.verify(Secret("U*U"), against: text))
    }

    @Test("threads do not disturb each other")
    func parallel() async throws {
        let results = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<8 {
                group.addTask {
                    let password = Secret("password-\(index)")
                    let random = SeededRandomSource(seed: UInt64(index))
                    guard let hash = try? Bcrypt.hash(password, cost: 10, random: random) else { return false }
                    return Bcrypt.verify(password, against: hash)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results == Array(repeating: true, count: 8))
    }

    @Test("Perl's crypt makes the same hash", .enabled(if: Tool.isInstalled("perl")))
    func perl() throws {
        let hash = try Bcrypt.hash(Secret("correct horse"), cost: 10, random: random)
        #expect(Tool.shell("perl -e 'print crypt(\"correct horse\", q(\(hash)))'").output == hash)
    }
}
