//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Testing

@testable import Lab

/// Texts of lab.yaml that tests begin with, and what the decoder says of them.
enum Fixture {
    /// The least that is valid without a warning.
    static let small = """
        lab: ainur
        domain: kidd.network
        identity:
          issuer: https://dex.kidd.network
          address: 192.168.1.66
          administrators: [cluster-admins]
        users:
          - {email: admin@kidd.network, groups: [cluster-admins]}

        """

    /// Everything that is found in a text, errors and warnings.
    static func findings(_ text: String) -> [Diagnostic] {
        do {
            return try LabDecoder.decodeWithWarnings(text: text, file: "lab.yaml").warnings
        } catch {
            return error.diagnostics
        }
    }

    /// What is found when lines are added to ``small``.
    static func findings(adding text: String) -> [Diagnostic] { findings(small + text + "\n") }

    /// What is found when `old` of ``small`` reads `new`.
    static func findings(replacing old: String, with new: String) -> [Diagnostic] {
        #expect(small.contains(old))
        return findings(small.replacing(old, with: new))
    }

    /// The lab of ``small`` with lines added.
    static func lab(adding text: String) throws -> Lab {
        try LabDecoder.decode(text: small + text + "\n", file: "lab.yaml")
    }
}
