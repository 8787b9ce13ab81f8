//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// What is authenticated together with a sealed value.
enum AssociatedData {
    /// The parts, each with its length before it (four bytes, big-endian), so that no two lists give the same bytes.
    static func bytes(_ parts: [String]) -> [UInt8] {
        parts.flatMap { part in
            let text = Array(part.utf8)
            return withUnsafeBytes(of: UInt32(text.count).bigEndian) { Array($0) } + text
        }
    }
}
