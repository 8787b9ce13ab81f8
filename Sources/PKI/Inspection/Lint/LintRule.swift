//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// One rule about a certificate, a chain or a revocation list: its name, how bad a breach is, and the check.
struct LintRule<Subject>: Sendable {
    let name: String
    let severity: LintFinding.Severity
    /// What is wrong, a sentence each; empty when all is well.
    let faults: @Sendable (Subject) -> [String]

    /// A breach is an error, told by any number of sentences.
    static func errors(_ name: String, _ faults: @escaping @Sendable (Subject) -> [String]) -> LintRule {
        LintRule(name: name, severity: .error, faults: faults)
    }

    /// A breach is an error, told by one sentence; `nil` when all is well.
    static func error(_ name: String, _ fault: @escaping @Sendable (Subject) -> String?) -> LintRule {
        errors(name) { subject in [fault(subject)].compactMap { $0 } }
    }

    /// A breach is a warning, told by one sentence; `nil` when all is well.
    static func warning(_ name: String, _ fault: @escaping @Sendable (Subject) -> String?) -> LintRule {
        LintRule(name: name, severity: .warning) { subject in [fault(subject)].compactMap { $0 } }
    }

    /// What the rule finds at a place; of many faults the first ones, and how many more there are.
    func findings(_ subject: Subject, at location: FoundCertificate.Location) -> [LintFinding] {
        let faults = faults(subject)
        var messages = faults.prefix(Self.most).map { $0 }
        if faults.count > Self.most { messages.append("and \(faults.count - Self.most) more of the kind") }
        return messages.map { LintFinding(rule: name, severity: severity, message: $0, location: location) }
    }

    /// How many faults of one certificate are told.
    private static var most: Int { 8 }
}
