//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import YAML

/// Reads and validates a lab.yaml.
package enum LabDecoder {
    /// The lab of a lab.yaml; `file` names it in messages, `apps` is what clients may name. Warnings are dropped.
    ///
    /// Throws ``LabError`` with every mistake of the file at once.
    package static func decode(
        text: String,
        file: String,
        apps: AppTable = .standard
    ) throws(LabError) -> Lab {
        try decodeWithWarnings(text: text, file: file, apps: apps).lab
    }

    /// The lab of a lab.yaml and what is odd, though not wrong, in it.
    package static func decodeWithWarnings(
        text: String,
        file: String,
        apps: AppTable = .standard
    ) throws(LabError) -> (lab: Lab, warnings: [Diagnostic]) {
        try decode(document(text, file: file), Source(text: text, file: file), apps)
    }

    /// The one document of a text, its fault shown where it stands.
    static func document(
        _ text: String,
        file: String,
        limits: YAMLLimits = .standard
    ) throws(LabError) -> Node {
        do {
            return try YAMLParser.document(text, file: file, limits: limits)
        } catch {
            throw LabError([diagnostic(of: error, text: text, file: file)])
        }
    }

    /// The lab of a parsed lab.yaml.
    static func decode(
        _ node: Node,
        _ source: Source,
        _ apps: AppTable = .standard
    ) throws(LabError) -> (lab: Lab, warnings: [Diagnostic]) {
        var checker = ShapeChecker(findings: Findings())
        checker.check(node, .object(LabShape.lab), "")
        var decoding = Decoding(findings: checker.findings, apps: apps)
        let lab = decoding.lab(Fields(node, ""))
        let diagnostics = decoding.findings.diagnostics(in: source)
        if decoding.findings.hasErrors { throw LabError(diagnostics) }
        return (lab, diagnostics)
    }

    /// A text that is no YAML: there is no tree, so the first fault is all that can be told.
    private static func diagnostic(of error: YAMLError, text: String, file: String) -> Diagnostic {
        let location = error.location ?? SourceLocation(file: file, line: 1, column: 1)
        let line = Source(text: text, file: file).line(location.line)
        return Diagnostic(
            severity: .error,
            location: location,
            length: max(1, Self.wordLength(line, from: location.column)),
            message: error.message,
            hint: error.remedy,
            line: SecretKey.masked(line)
        )
    }

    /// Scalars of the word that begins at a column.
    private static func wordLength(_ line: String, from column: Int) -> Int {
        line.unicodeScalars.dropFirst(column - 1).prefix { !" :,]}".unicodeScalars.contains($0) }.count
    }
}
