//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import TestSupport

/// A Swift file of the checkout and what the rules ask of it.
struct SourceFile {
    /// Path in the checkout, for example `Sources/PKI/Leaf/LeafRequest.swift`.
    var path: String
    var text: String

    /// The target it belongs to: the second part of its path.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 1 ? String(parts[1]) : ""
    }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The text without comments. String literals stay as they are, so a rule that could match inside one says so.
    var code: String {
        lines.map { line in
            guard let comment = line.firstRange(of: "//") else { return String(line) }
            // `https://` and the like stand in literals.
            let before = line[..<comment.lowerBound]
            return before.hasSuffix(":") ? String(line) : String(before)
        }.joined(separator: "\n")
    }

    /// The modules that it imports; lines inside a multi-line string literal do not count.
    var imports: [String] {
        let form =
            /\s*(?:@\w+\s+)*(?:(?:public|package|internal|private)\s+)?import\s+(?:(?:struct|class|enum|func)\s+)?(\w+)/
        var isInLiteral = false
        return lines.compactMap { line in
            if line.matches(of: /"""/).count % 2 == 1 { isInLiteral.toggle() }
            return isInLiteral ? nil : line.prefixMatch(of: form).map { String($0.1) }
        }
    }

    /// Every Swift file below a folder of the checkout, sorted by path.
    static func below(_ folder: String) throws -> [SourceFile] {
        try FileManager.default.subpathsOfDirectory(atPath: "\(Repository.root)/\(folder)")
            .filter { $0.hasSuffix(".swift") }
            .sorted()
            .map { SourceFile(path: "\(folder)/\($0)", text: try Repository.text("\(folder)/\($0)")) }
    }
}
