//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Something that a rule found.
package struct LintFinding: Sendable, Hashable {
    /// How bad it is.
    package enum Severity: String, Sendable, Hashable {
        /// A client refuses it, or will one day, or should.
        case error
        /// It works, and is unwise.
        case warning
    }

    /// Stable name of the rule; `docs/certificates.md` has a table of them.
    package let rule: String
    package let severity: Severity
    /// What is so: lower case, no full stop.
    package let message: String
    package let location: FoundCertificate.Location
}
