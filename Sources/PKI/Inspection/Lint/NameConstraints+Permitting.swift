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

extension NameConstraints {
    /// Why a name lies outside; `nil` when it lies inside, or is of a kind that is not looked at.
    func objection(to name: GeneralName) -> String? {
        if excludedSubtrees.contains(where: { Self.covers($0, name) == true }) { return "\(name.text) is excluded" }
        let answers = permittedSubtrees.compactMap { Self.covers($0, name) }
        return answers.isEmpty || answers.contains(true) ? nil : "\(name.text) lies outside"
    }

    /// Whether a subtree covers a name; `nil` when they are of different kinds.
    private static func covers(_ subtree: GeneralName, _ name: GeneralName) -> Bool? {
        switch (subtree, name) {
        case (.dnsName(let base), .dnsName(let name)):
            return covers(domain: base, host: name.hasPrefix("*.") ? String(name.dropFirst(2)) : name)
        case (.ipAddress(let range), .ipAddress(let address)):
            return covers(range: Array(range.bytes), address: Array(address.bytes))
        case (.rfc822Name(let base), .rfc822Name(let address)):
            if base.contains("@") { return base.lowercased() == address.lowercased() }
            return covers(host: base, host: String(address.drop { $0 != "@" }.dropFirst()))
        case (.uniformResourceIdentifier(let base), .uniformResourceIdentifier(let address)):
            return covers(host: base, host: WebAddress(address)?.host ?? "")
        default:
            return nil
        }
    }

    /// A domain covers itself and all below; with a dot in front only what is below, as verifiers have it.
    private static func covers(domain: String, host: String) -> Bool {
        let (domain, host) = (domain.lowercased(), host.lowercased())
        if domain.isEmpty { return true }
        return domain.hasPrefix(".") ? host.hasSuffix(domain) : host == domain || host.hasSuffix(".\(domain)")
    }

    /// A host covers itself alone; with a dot in front all that is below.
    private static func covers(host base: String, host: String) -> Bool {
        base.hasPrefix(".") ? covers(domain: base, host: host) : base.lowercased() == host.lowercased()
    }

    private static func covers(range: [UInt8], address: [UInt8]) -> Bool {
        guard range.count == address.count * 2 else { return false }
        let mask = range.suffix(address.count)
        return zip(zip(range, mask), address).allSatisfy { $0.0 & $0.1 == $1 & $0.1 }
    }
}
