//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import SwiftASN1
import X509

/// Rules for name constraints (RFC 5280, section 4.2.1.10).
enum ConstraintRules {
    static let all: [LintRule<LintSubject>] = [
        .error("name-constraints-not-critical") { subject in
            guard subject.extensions.nameConstraints?.isCritical == false else { return nil }
            return "its nameConstraints are not critical"
        },
        .error("name-constraints-on-leaf") { subject in
            guard subject.isLeaf, subject.fields.find(.X509ExtensionID.nameConstraints) != nil else { return nil }
            return "it has nameConstraints and is no authority"
        },
        .errors("name-constraints-leading-dot") { subject in
            guard let constraints = subject.extensions.nameConstraints?.value else { return [] }
            return (constraints.permittedSubtrees + constraints.excludedSubtrees).compactMap { subtree in
                guard case .dnsName(let name) = subtree, name.hasPrefix(".") else { return nil }
                return "the constraint \(name) begins with a dot; write \(name.drop { $0 == "." })"
            }
        },
        .errors("name-constraints-bad-range") { subject in
            guard let constraints = subject.extensions.nameConstraints?.value else { return [] }
            return (Array(constraints.permittedIPRanges) + Array(constraints.excludedIPRanges))
                .filter { AddressRange(constraint: Array($0.bytes)) == nil }
                .map { _ in "a constraint on addresses is no address with a mask" }
        },
        .error("name-constraints-open-addresses") { subject in
            guard let constraints = subject.extensions.nameConstraints?.value, !constraints.permittedSubtrees.isEmpty,
                constraints.permittedIPRanges.isEmpty, !Family.allCases.allSatisfy({ $0.isExcluded(in: constraints) })
            else { return nil }
            return "names are constrained and IP addresses left open; exclude 0.0.0.0/0 and ::/0, or permit a range"
        },
        .warning("name-constraints-open-family") { subject in
            guard let constraints = subject.extensions.nameConstraints?.value, !constraints.permittedIPRanges.isEmpty
            else { return nil }
            let open = Family.allCases.filter { !$0.isPermitted(in: constraints) && !$0.isExcluded(in: constraints) }
            return open.first.map { "no range of \($0.rawValue) is permitted or excluded; GnuTLS leaves those open" }
        },
    ]

    /// IPv4 and IPv6, by the length of a range.
    private enum Family: String, CaseIterable {
        case four = "IPv4"
        case six = "IPv6"

        private var octets: Int { self == .four ? 8 : 32 }

        func isPermitted(in constraints: NameConstraints) -> Bool {
            constraints.permittedIPRanges.contains { $0.bytes.count == octets }
        }

        /// Whether all addresses are excluded.
        func isExcluded(in constraints: NameConstraints) -> Bool {
            constraints.excludedIPRanges.contains { $0.bytes.count == octets && $0.bytes.allSatisfy { $0 == 0 } }
        }
    }
}
