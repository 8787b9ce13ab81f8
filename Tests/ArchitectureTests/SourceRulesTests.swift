//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

/// Rules of form that neither the compiler nor swift-format holds.
@Suite struct SourceRulesTests {
    static let header: String = """
        //===----------------------------------------------------------------------===//
        //
        // This source file is part of the kindling project
        //
        // Licensed under the Apache License, Version 2.0; see LICENSE
        //
        //===----------------------------------------------------------------------===//

        """

    /// The modules that hold C pointers and may vouch for what the compiler cannot see.
    static let bridges: Set<String> = ["OpenSSL", "PasswordHashing", "YAML"]

    /// Where text is printed and exit codes are chosen.
    static let printers: Set<String> = ["Commands", "kindling", "embed-templates"]

    @Test(arguments: ["Plugins", "Sources", "Tests"])
    func `every file begins with the licence header`(folder: String) throws {
        for file in try SourceFile.below(folder) {
            let hasHeader = file.text.hasPrefix(Self.header)
            #expect(hasHeader, "\(file.path) does not begin with the licence header")
        }
    }

    @Test(arguments: ["Plugins", "Sources", "Tests"])
    func `no file is longer than 600 lines`(folder: String) throws {
        for file in try SourceFile.below(folder) {
            let count = file.lines.count
            #expect(count <= 600, "\(file.path) has \(count) lines: split it")
        }
    }

    @Test func `full Foundation is imported only with a reason in the first lines`() throws {
        for file in try SourceFile.below("Sources") where file.imports.contains("Foundation") {
            let reason = file.lines.prefix(20).contains { $0.hasPrefix("//") && $0.contains("Foundation") }
            #expect(reason, "\(file.path) imports Foundation: use FoundationEssentials, or say why in its first lines")
        }
    }

    @Test func `the compiler's checks are overruled nowhere but in the bridges`() throws {
        for file in try SourceFile.below("Sources") {
            let code = file.code
            for word in ["try!", "as!", "nonisolated(unsafe)"] {
                #expect(!code.contains(word), "\(file.path) uses \(word)")
            }
            if !Self.bridges.contains(file.target) {
                #expect(!code.contains("@unchecked Sendable"), "\(file.path) uses @unchecked Sendable")
            }
        }
    }

    @Test func `what another target uses is package, never public`() throws {
        for file in try SourceFile.below("Sources") {
            let found = file.code.firstMatch(of: /(?:^|\n)\s*(?:public|open)\s+(?!import)\w+[^\n]*/)
            #expect(found == nil, "\(file.path): \(found.map { String($0.0) } ?? "")")
        }
    }

    @Test func `only the commands print and end the process`() throws {
        for file in try SourceFile.below("Sources") where !Self.printers.contains(file.target) {
            let found = file.code.firstMatch(of: /(?:^|[^.\w`])(?:print|debugPrint|dump|exit|abort)\(/)
            #expect(found == nil, "\(file.path): \(found.map { String($0.0) } ?? "")")
        }
    }

    @Test func `the clock is read by the clock alone`() throws {
        for file in try SourceFile.below("Sources") where file.target != "Support" && file.target != "embed-templates" {
            let found = file.code.firstMatch(of: /\bDate(?:\.now\b|\(\))/)
            #expect(found == nil, "\(file.path) reads the clock; take the time as an argument")
        }
    }

    @Test func `names say what a thing is`() throws {
        for file in try SourceFile.below("Sources") {
            let found = file.path.firstMatch(of: /(?:Utils?|Helpers?|Manager)\b/)
            #expect(found == nil, "\(file.path)")
            let type = file.code.firstMatch(
                of: /(?:struct|class|enum|actor|protocol) (?!FileManager)\w*(?:Utils?|Helpers?|Manager)\b/
            )
            #expect(type == nil, "\(file.path): \(type.map { String($0.0) } ?? "")")
        }
    }
}
