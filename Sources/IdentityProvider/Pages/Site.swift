//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// What every page shows.
package struct Site: Sendable {
    /// Name of the lab.
    package var lab: String
    /// Path that addresses in pages begin with, empty for none: the issuer's, for example.
    package var base: String

    package init(lab: String, base: String) {
        self.lab = lab
        self.base = base
    }
}
