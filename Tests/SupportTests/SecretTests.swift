//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import Testing

@Suite struct SecretTests {
    private struct Holder {
        var name = "client"
        var secret = Secret("hunter2")
    }

    private final class Box {
        let secret = Secret(["hunter2"])
    }

    private enum Choice {
        case one(Secret<String>)
    }

    @Test func `a secret shows in no form of text`() {
        let secret = Secret("hunter2")
        let optional: Secret<String>? = secret
        var dumped = ""
        dump(secret, to: &dumped)
        dump(Holder(), to: &dumped)
        dump(Box(), to: &dumped)
        dump([optional], to: &dumped)
        dump(Choice.one(secret), to: &dumped)
        var printed = ""
        print(secret, optional as Any, [secret], ["a": secret], (1, secret), Holder(), Choice.one(secret), to: &printed)
        debugPrint(secret, optional as Any, [secret], ["a": secret], (1, secret), Holder(), Box(), to: &printed)
        let texts = [
            "\(secret)", String(describing: secret), String(reflecting: secret), secret.description,
            secret.debugDescription,
            "\([secret])", "\(String(describing: optional))", String(reflecting: Holder()), dumped, printed,
        ]
        for text in texts {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("•••"))
        }
    }

    @Test func `a mirror finds nothing inside`() {
        let mirror = Mirror(reflecting: Secret("hunter2"))
        #expect(mirror.children.isEmpty)
        #expect(mirror.superclassMirror == nil)
    }

    @Test func `a secret cannot be encoded by accident`() {
        let secret: Any = Secret("hunter2")
        #expect(!(secret is any Encodable))
    }

    @Test func `the value comes out by name, and compares`() {
        #expect(Secret("hunter2").expose() == "hunter2")
        #expect(Secret("a") == Secret("a"))
        #expect(Secret("a") != Secret("b"))
        #expect(Secret("a") != Secret("aa"))
        #expect(Secret("e\u{301}") != Secret("\u{e9}"))
    }

    @Test(
        arguments: [
            ([], [], true), ([0], [0], true), ([1, 2, 3], [1, 2, 3], true), ([1, 2, 3], [1, 2, 4], false),
            ([0, 2], [1, 2], false),
            ([1], [1, 0], false), ([1, 0], [1], false), ([], [0], false), ([0x80], [0x00], false),
        ] as [([UInt8], [UInt8], Bool)]
    )
    func `comparison in constant time is exact`(left: [UInt8], right: [UInt8], isEqual: Bool) {
        #expect(constantTimeEqual(left, right) == isEqual)
    }
}
