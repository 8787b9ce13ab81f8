//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Support
import Testing

@Suite struct WordsTests {
    @Test(arguments: [
        ("authorty", "authority"), ("Domain", "domain"), ("doamin", "domain"), ("node", "nodes"),
        ("certificate", "certificates"),
        ("lab", "lab"), ("la", "lab"),
    ])
    func `a mistyped word finds the one that was meant`(word: String, meant: String) {
        let known = ["lab", "domain", "authority", "identity", "users", "clients", "certificates", "nodes"]
        #expect(Suggestion.nearest(to: word, among: known) == meant)
    }

    @Test(arguments: ["", "zebra", "xyz", "kubernetes"])
    func `a word that is far from all finds none`(word: String) {
        #expect(Suggestion.nearest(to: word, among: ["lab", "domain", "authority"]) == nil)
        #expect(Suggestion.nearest(to: word, among: [String]()) == nil)
    }

    @Test func `the first of equally near words is proposed`() {
        #expect(Suggestion.nearest(to: "cat", among: ["bat", "hat"]) == "bat")
    }

    @Test func `lengths of time have units`() {
        #expect(Duration.days(2) == .seconds(172_800))
        #expect(Duration.hours(3) == .seconds(10_800))
        #expect(Duration.minutes(15) == .seconds(900))
        #expect(Duration.milliseconds(1500).seconds == 1.5)
        #expect(Duration.seconds(-2).seconds == -2)
    }

    @Test func `a fixed clock stands until it is moved`() {
        let clock = FixedClock(Date(timeIntervalSince1970: 1000))
        #expect(clock.now == clock.now)
        clock.advance(by: 60)
        #expect(clock.now.timeIntervalSince1970 == 1060)
        clock.advance(by: -120)
        #expect(clock.now.timeIntervalSince1970 == 940)
    }

    @Test func `the machine's clock goes on`() {
        let before = Date()
        #expect(SystemWallClock().now >= before)
    }

    @Test func `an error prints its place before its message`() {
        struct Example: KindlingError {
            var code: ErrorCode { ErrorCode("example.what", exit: .badInput) }
            var message: String { "the key \"a\" is unknown" }
            var location: Support.SourceLocation?
        }
        let place = Support.SourceLocation(file: "lab.yaml", line: 12, column: 5)
        #expect(Example(location: place).description == "lab.yaml:12:5: the key \"a\" is unknown")
        #expect(Example().description == "the key \"a\" is unknown")
        #expect(Example().remedy == nil)
        #expect("\(Example().code)" == "example.what")
        #expect(ErrorCode("x").exit == .failed)
    }

    @Test func `exit codes are those that are promised`() {
        let promised: [Support.ExitStatus: Int32] = [
            .done: 0, .failed: 1, .finding: 2, .usage: 64, .badInput: 65, .cannotWrite: 73, .notPermitted: 77,
        ]
        for (status, number) in promised { #expect(status.rawValue == number) }
    }
}
