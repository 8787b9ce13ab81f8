//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

/// `docs/openid.md` and `docs/threat-model.md` name tests as proof, and each of these exists.
@Suite struct TestReferenceTests {
    static let documents = ["docs/openid.md", "docs/threat-model.md"]

    /// The last section of attacks in RFC 9700, section 4.
    private static let lastAttack = 17

    /// A test as a document names it: `Type: name`, or `Type: name → row` for a row of its table.
    private struct Reference: Hashable, CustomStringConvertible {
        var type: String
        var name: String
        var row: String?
        var description: String

        /// `nil` for a code span that is no reference: what stands before the colon ends like no type of tests.
        init?(_ span: Substring) {
            guard !span.contains("\n"), let colon = span.firstRange(of: ": ") else { return nil }
            let type = span[..<colon.lowerBound]
            guard type.hasSuffix("Tests") || type.hasSuffix("Conformance"),
                type.allSatisfy({ $0.isASCII && $0.isLetter })
            else { return nil }
            let rest = span[colon.upperBound...]
            let arrow = rest.firstRange(of: " → ")
            self.type = String(type)
            name = String(rest[..<(arrow?.lowerBound ?? rest.endIndex)])
            row = arrow.map { String(rest[$0.upperBound...]) }
            description = String(span)
        }

        /// Whether a file has the test, and the row.
        func isMet(by file: SourceFile) -> Bool {
            guard ["struct \(type) ", "extension \(type) "].contains(where: { file.text.contains($0) }),
                row.map({ file.text.contains("\"\($0)\"") }) ?? true
            else { return false }
            return file.text.contains("func `\(name)`(")
                || file.text.split(separator: "@Test(").dropFirst().contains {
                    $0.drop(while: \.isWhitespace).hasPrefix("\"\(name)\"")
                }
        }
    }

    /// The references of a document, in their order.
    private func references(_ document: String) throws -> [Reference] {
        // Every second piece stands between two backticks; the three of a block leave that as it is.
        try Repository.text(document).split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }
            .compactMap { Reference($0.element) }
    }

    @Test(arguments: documents)
    func `every test that a document names exists`(document: String) throws {
        let files = try SourceFile.below("Tests")
        for reference in Set(try references(document)).sorted(by: { $0.description < $1.description }) {
            #expect(files.contains { reference.isMet(by: $0) }, "\(document): there is no \(reference)")
        }
    }

    @Test(arguments: documents)
    func `a document names twenty tests at least`(document: String) throws {
        #expect(Set(try references(document)).count >= 20)
    }

    @Test func `the threat model has a row for each attack of RFC 9700`() throws {
        let rows = try Repository.text("docs/threat-model.md").split(separator: "\n").filter { $0.hasPrefix("|") }
        for number in 1...Self.lastAttack {
            let isThere = rows.contains { row in
                row.ranges(of: "§4.\(number)").contains { range in
                    row[range.upperBound...].first?.isNumber != true
                }
            }
            #expect(isThere, "docs/threat-model.md has no row of §4.\(number)")
        }
    }
}
