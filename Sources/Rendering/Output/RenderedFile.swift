//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// A file below `out/`.
package struct RenderedFile: Sendable, Hashable {
    /// Path below `out/`.
    package var path: String
    package var text: String
    /// Whether a secret was written into it. It follows from what the file was made of, not from its name.
    package var holdsSecret: Bool

    package init(path: String, text: String, holdsSecret: Bool) {
        self.path = path
        self.text = text
        self.holdsSecret = holdsSecret
    }

    /// Permission bits: a file with a secret is its owner's alone.
    package var mode: UInt32 { holdsSecret ? 0o600 : 0o644 }
}

extension RenderedFile: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(path) (\(text.utf8.count) bytes)" }
    package var customMirror: Mirror { Mirror(self, children: ["path": path]) }
}
