//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab

/// A name that a server answers to: a DNS name, a wildcard over one label, or an IP address.
package enum AlternativeName: Sendable, Hashable, CustomStringConvertible {
    /// A DNS name in lower case, perhaps with `*` as its first label.
    case dns(String)
    /// The 4 or 16 bytes of an address.
    case address([UInt8])

    /// Reads a name. Throws ``PKIError`` when a certificate cannot hold it (RFC 5280, section 4.2.1.6; RFC 1123,
    /// section 2.1).
    package init(_ text: String) throws(PKIError) {
        if let bytes = IPAddress.bytes(text) {
            self = .address(bytes)
            return
        }
        let name = text.lowercased()
        let bare = name.hasPrefix("*.") ? String(name.dropFirst(2)) : name
        if let reason = Self.fault(ofDomain: bare) {
            throw PKIError(.nameInvalid, "\(text.debugDescription) is no name for a certificate: \(reason)")
        }
        guard name.utf8.count <= 253 else {
            throw PKIError(.nameInvalid, "\(text.debugDescription) is no name for a certificate: over 253 characters")
        }
        self = .dns(name)
    }

    /// The name as a certificate shows it.
    package var description: String {
        switch self {
        case .dns(let name): name
        case .address(let bytes): IPAddress.text(bytes)
        }
    }

    /// Reads names in their order; one that comes twice is kept once.
    static func list(_ texts: [String]) throws(PKIError) -> [AlternativeName] {
        var names: [AlternativeName] = []
        for text in texts {
            let name = try AlternativeName(text)
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// The GeneralName in DER (RFC 5280, section 4.2.1.6).
    var encoded: [UInt8] {
        switch self {
        case .dns(let name): DERForm.element(DERForm.Tag.context(2, isPrimitive: true), Array(name.utf8))
        case .address(let bytes): DERForm.element(DERForm.Tag.context(7, isPrimitive: true), bytes)
        }
    }

    /// Why a name without a wildcard is no DNS name that verifiers take; `nil` when it is one.
    static func fault(ofDomain name: String) -> String? {
        if HostName.isDNSName(name) { return nil }
        if name.isEmpty { return "it is empty" }
        if name.hasPrefix(".") { return "it begins with a dot" }
        if name.hasSuffix(".") { return "it ends with a dot" }
        if name.contains("*") { return "a wildcard is a whole first label, *.example" }
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return "write it in its ASCII form (xn--…)" }
        return "a DNS name is labels of letters, digits and inner hyphens, joined by dots"
    }
}
