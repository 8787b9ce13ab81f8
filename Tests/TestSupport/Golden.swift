//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import Support

/// Compares output with a file of `Tests/…/Goldens`, byte for byte.
///
/// With `UPDATE_GOLDENS=1` in the environment the file is rewritten and the comparison fails, so that a run that
/// records never passes.
package struct Golden {
    /// The folder of goldens beside a test file.
    package let folder: String

    /// The folder `Goldens` beside the test file that asks.
    package init(besides file: StaticString = #filePath) {
        folder = Files.split("\(file)").folder + "/Goldens"
    }

    /// Why `text` differs from the golden `name`; `nil` when it does not.
    package func difference(_ name: String, _ text: String) throws -> String? {
        let path = "\(folder)/\(name)"
        if getenv("UPDATE_GOLDENS") != nil {
            try Files.makeFolder(Files.split(path).folder)
            try Files.write(Array(text.utf8), to: path)
            return "golden \(name) was rewritten; look at the difference and run again without UPDATE_GOLDENS"
        }
        guard Files.exists(path) else { return "no golden \(name); make it with UPDATE_GOLDENS=1" }
        let expected = String(decoding: try Files.read(path), as: UTF8.self)
        if expected == text { return nil }
        let left = expected.split(separator: "\n", omittingEmptySubsequences: false)
        let right = text.split(separator: "\n", omittingEmptySubsequences: false)
        for index in 0..<max(left.count, right.count) {
            let was = index < left.count ? String(left[index]) : "(end)"
            let now = index < right.count ? String(right[index]) : "(end)"
            if was != now {
                return "\(name):\(index + 1): expected \(was.debugDescription), got \(now.debugDescription)"
            }
        }
        return "\(name): differs"
    }
}
