//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// What every page shows.
struct Site: Sendable {
    /// Name of the lab.
    var lab: String
    /// Path of the issuer, empty for none: addresses in pages begin with it.
    var base: String
}
