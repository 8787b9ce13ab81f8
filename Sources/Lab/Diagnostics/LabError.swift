//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// A lab.yaml, or a file that says what an app is, that cannot be used, with everything that is wrong in it.
package struct LabError: KindlingError {
    /// All findings in the order of the file, warnings among them; at least one is an error.
    package let diagnostics: [Diagnostic]

    package let remedy: String?

    init(
        _ diagnostics: [Diagnostic],
        remedy: String = "correct each place named; `kindling schema` prints what may stand where"
    ) {
        self.diagnostics = diagnostics
        self.remedy = remedy
    }

    package var code: ErrorCode { .labInvalid }

    /// Findings that are errors.
    package var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }

    package var message: String {
        let count = errors.count
        return "\(diagnostics.first?.location.file ?? "lab.yaml") has \(count) \(count == 1 ? "mistake" : "mistakes")"
    }

    /// Every finding with its line and caret.
    package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

extension ErrorCode {
    /// lab.yaml has mistakes.
    package static let labInvalid = ErrorCode("lab.invalid", exit: .badInput)
}
