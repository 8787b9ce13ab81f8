//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

/// `docs/errors.md` explains every error code, and no other.
@Suite struct ErrorReferenceTests {
    /// The codes that the sources declare, each with the files that do.
    private func declared() throws -> [String: [String]] {
        var codes: [String: [String]] = [:]
        for file in try SourceFile.below("Sources") {
            for match in file.code.matches(of: /ErrorCode\(\s*"([^"]+)"/) {
                codes[String(match.1), default: []].append(file.path)
            }
        }
        return codes
    }

    private func documented() throws -> [String] {
        try Repository.text("docs/errors.md").matches(of: /<a id="([^"]+)"><\/a>/).map { String($0.1) }
    }

    @Test func `every code has its anchor in the reference`() throws {
        let anchors = Set(try documented())
        for (code, files) in try declared().sorted(by: { $0.key < $1.key }) {
            #expect(anchors.contains(code), "docs/errors.md says nothing about \(code) (\(files[0]))")
        }
    }

    @Test func `the reference has no anchor for a code that is gone, and none twice`() throws {
        let codes = Set(try declared().keys)
        let anchors = try documented()
        #expect(anchors.filter { !codes.contains($0) } == [])
        #expect(Set(anchors).count == anchors.count)
    }

    @Test func `a code is declared once and is a dotted name`() throws {
        for (code, files) in try declared() {
            #expect(files.count == 1, "\(code) is declared in \(files)")
            #expect(code.wholeMatch(of: /[a-z0-9]+(?:[.-][a-z0-9]+)*\.[a-z0-9-]+/) != nil, "\(code)")
        }
    }
}
