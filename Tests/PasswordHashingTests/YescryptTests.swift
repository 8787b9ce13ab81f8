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

@Suite struct YescryptTests {
    @Test("a hash is of the scheme that Debian's login takes, with a salt from the random source")
    func form() throws {
        let one = try Yescrypt.hash(Secret("pi"), random: SeededRandomSource(seed: 1))
        #expect(one.hasPrefix("$y$j9T$"))
        #expect(try Yescrypt.hash(Secret("pi"), random: SeededRandomSource(seed: 1)) == one)
        #expect(try Yescrypt.hash(Secret("pi"), random: SeededRandomSource(seed: 2)) != one)
    }

    @Test("Perl's crypt makes the same hash", .enabled(if: Tool.isInstalled("perl")))
    func perl() throws {
        let hash = try Yescrypt.hash(Secret("correct horse"), random: SeededRandomSource(seed: 3))
        #expect(Tool.shell("perl -e 'print crypt(\"correct horse\", q(\(hash)))'").output == hash)
        #expect(Tool.shell("perl -e 'print crypt(\"correct hors\", q(\(hash)))'").output != hash)
    }

    @Test("what the C library would cut is refused")
    func refused() {
        for password in ["a\0b", String(repeating: "a", count: Yescrypt.maximumLength + 1)] {
            #expect(throws: PasswordHashError.self) {
                try Yescrypt.hash(Secret(password), random: SeededRandomSource(seed: 1))
            }
        }
    }

    @Test("the longest password is taken in to its last byte")
    func longest() throws {
        let password = String(repeating: "a", count: Yescrypt.maximumLength)
        let hash = try Yescrypt.hash(Secret(password), random: SeededRandomSource(seed: 1))
        let other = try Yescrypt.hash(Secret(password.dropLast() + "b"), random: SeededRandomSource(seed: 1))
        #expect(hash != other)
    }
}
