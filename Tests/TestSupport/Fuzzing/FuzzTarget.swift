//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// A parser that reads what others wrote, and inputs to begin with.
package struct FuzzTarget: Sendable, CustomStringConvertible {
    /// What a message calls it.
    package let name: String
    /// Inputs that the parser takes, or nearly; changes start from them.
    package let corpus: [[UInt8]]
    /// Parses an input and tells how many bytes came of it, roughly. What it throws has to be a ``KindlingError``.
    package let parse: @Sendable ([UInt8]) throws -> Int

    package init(_ name: String, corpus: [[UInt8]], parse: @escaping @Sendable ([UInt8]) throws -> Int) {
        self.name = name
        self.corpus = corpus
        self.parse = parse
    }

    package var description: String { name }
}
