//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// What a node's user-data holds.
package enum NodeSeed: String, Sendable, CaseIterable {
    /// Seed and sealed part in one file, for USB sticks and SD cards.
    case inline
    /// The seed alone; the node fetches the rest.
    case enrol
}
