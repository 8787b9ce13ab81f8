//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import Support

/// A program of the machine, run by a test as an oracle.
package struct Tool {
    /// What a run gave.
    package struct Result: Sendable {
        package var status: Int32
        package var output: String
    }

    /// Whether a program is on the search path; tests that need an absent one are skipped by `.enabled(if:)`.
    package static func isInstalled(_ name: String) -> Bool {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        return path.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }

    /// Runs a shell command of the test's own words, with its output and errors together.
    package static func shell(_ command: String) -> Result {
        guard let stream = popen("{ \(command)\n} 2>&1 </dev/null", "r") else { return Result(status: -1, output: "") }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&buffer, 1, buffer.count, stream)
            if count == 0 { break }
            bytes.append(contentsOf: buffer[0..<count])
        }
        let status = pclose(stream)
        return Result(status: (status >> 8) & 0xff, output: String(decoding: bytes, as: UTF8.self))
    }
}
