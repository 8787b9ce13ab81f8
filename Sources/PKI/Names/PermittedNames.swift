//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab
import SwiftASN1
import X509

/// The names inside which an authority may certify (RFC 5280, section 4.2.1.10).
package struct PermittedNames: Sendable, Hashable, CustomStringConvertible {
    /// DNS names, each with all below it; lower case, without a leading dot.
    package let domains: [String]
    /// Ranges of IP addresses; every address outside them is excluded.
    package let ranges: [AddressRange]

    /// Permitted where no DNS name is: a constraint cannot be empty, and nothing resolves under this name (RFC 2606).
    private static let noDomain = "nothing.invalid"
    /// Permitted where no address of a family is, one of each: from the ranges for documentation (RFC 5737, RFC 3849).
    private static let noAddress = [
        AddressRange(bytes: [192, 0, 2, 0], prefix: 32),
        AddressRange(bytes: [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 12), prefix: 128),
    ]

    /// Reads constraints. Throws ``PKIError`` for none at all, and for a DNS name that verifiers refuse.
    package init(_ constraints: [NameConstraint]) throws(PKIError) {
        var domains: [String] = []
        var ranges: [AddressRange] = []
        for constraint in constraints {
            switch constraint {
            case .dns(let name):
                let name = name.lowercased()
                if let reason = Self.fault(of: name) {
                    throw PKIError(
                        .nameInvalid,
                        "\(name.debugDescription) cannot be permitted: \(reason)",
                        remedy: "write authority.permitted as a plain domain, for example lab.example"
                    )
                }
                if !domains.contains(name) { domains.append(name) }
            case .address(let range):
                guard range.bytes.count == 4 || range.bytes.count == 16, range.prefix >= 0,
                    range.prefix <= range.bytes.count * 8, range.contains(range.bytes)
                else { throw PKIError(.nameInvalid, "\(range) cannot be permitted: it is no network") }
                if !ranges.contains(range) { ranges.append(range) }
            }
        }
        guard !constraints.isEmpty else {
            throw PKIError(
                .nameInvalid,
                "the authority is permitted no name at all",
                remedy: "name the lab's domain in authority.permitted of lab.yaml"
            )
        }
        self.domains = domains
        self.ranges = ranges
    }

    /// Whether a name lies inside: of a URI and an e-mail address, the host. A wildcard does when all it can stand for
    /// does.
    package func permits(_ host: AlternativeName) -> Bool {
        switch host.host {
        case .name(let name): domains.contains { name == $0 || name.hasSuffix(".\($0)") }
        case .address(let bytes): ranges.contains { $0.contains(bytes) }
        case nil: false
        }
    }

    /// Why a text is no domain that verifiers take in a constraint; `nil` when it is one.
    private static func fault(of name: String) -> String? {
        if HostName.isDNSName(name) { return nil }
        if name.isEmpty { return "it is empty" }
        if name.hasPrefix(".") { return "it begins with a dot" }
        if name.hasSuffix(".") { return "it ends with a dot" }
        if name.contains("*") { return "it covers all names below, so that it needs no wildcard" }
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return "write it in its ASCII form (xn--…)" }
        return "a DNS name is labels of letters, digits and inner hyphens, joined by dots"
    }

    package var description: String {
        (domains + ranges.map(\.description)).joined(separator: ", ")
    }
}

extension PermittedNames {
    /// The critical extension.
    ///
    /// Without a permitted range all addresses are excluded, since constraints on DNS names alone say nothing about
    /// addresses. With ranges of one family the other is shut by permitting one unused address of it: GnuTLS looks at
    /// the families one by one, and Java's validator (JDK 17) throws `ArrayIndexOutOfBoundsException` over an IPv4
    /// name where `::/0` is excluded.
    func certificateExtension() throws -> Certificate.Extension {
        let shut = Self.noAddress.filter { none in !ranges.contains { $0.bytes.count == none.bytes.count } }
        let hasRanges = !ranges.isEmpty
        let excluded = hasRanges ? [] : shut.map { AddressRange(bytes: $0.bytes.map { _ in 0 }, prefix: 0) }
        let constraints = NameConstraints(
            permittedDNSDomains: domains.isEmpty ? [Self.noDomain] : domains,
            permittedIPRanges: (hasRanges ? ranges + shut : []).map(\.constraint),
            excludedIPRanges: excluded.map(\.constraint)
        )
        return try Certificate.Extension(constraints, critical: true)
    }

    /// The constraints of a certificate; `nil` when it has none, or others than this authority sets.
    init?(of certificate: Certificate) throws {
        guard let constraints = try certificate.extensions.nameConstraints else { return nil }
        var domains: [String] = []
        var ranges: [AddressRange] = []
        for subtree in constraints.permittedSubtrees {
            switch subtree {
            case .dnsName(let name): if name != Self.noDomain { domains.append(name) }
            case .ipAddress(let octets):
                guard let range = AddressRange(constraint: Array(octets.bytes)) else { return nil }
                if !Self.noAddress.contains(range) { ranges.append(range) }
            default: return nil
            }
        }
        self.domains = domains
        self.ranges = ranges
    }
}

extension AddressRange {
    /// The form in a certificate: address and mask (RFC 5280, section 4.2.1.10).
    var constraint: ASN1OctetString { ASN1OctetString(contentBytes: (bytes + mask)[...]) }

    /// A range from its form in a certificate, address and mask; `nil` when the mask is no prefix.
    init?(constraint bytes: [UInt8]) {
        guard bytes.count == 8 || bytes.count == 32 else { return nil }
        let mask = bytes.suffix(bytes.count / 2)
        let prefix = mask.reduce(0) { $0 + $1.nonzeroBitCount }
        self.init(bytes: Array(bytes.prefix(bytes.count / 2)), prefix: prefix)
        guard self.mask == Array(mask) else { return nil }
    }
}
