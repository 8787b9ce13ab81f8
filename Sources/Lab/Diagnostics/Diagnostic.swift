//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// One thing that is wrong, or odd, in a lab.yaml: where, what, and what to write instead.
package struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
    package var severity: Severity
    /// Where the stretch begins.
    package var location: SourceLocation
    /// Length of the stretch in Unicode scalars, at least 1; it ends with its line.
    package var length: Int
    /// What is so: lower case, no full stop. Never holds a secret.
    package var message: String
    /// What to do, "did you mean" included.
    package var hint: String?
    /// The line of the source, with what looks like a secret masked.
    package var line: String

    /// Whether a lab.yaml with it can be used.
    package enum Severity: String, Sendable {
        case error, warning
    }

    /// `file:line:column: error: message`, the line of the source, a caret below the stretch, and the hint.
    package var description: String {
        var text = "\(location): \(severity.rawValue): \(message)\n"
        let excerpt = Excerpt(line: line, column: location.column, length: length)
        text += "    \(excerpt.line)\n    \(excerpt.carets)"
        if let hint { text += "\n    hint: \(hint)" }
        return text
    }
}
