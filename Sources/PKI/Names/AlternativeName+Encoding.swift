//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab

extension AlternativeName {
    /// Names that a certificate may hold; verifiers look at each of them for each constraint.
    static let most = 1_000

    /// Reads names in their order; one that comes twice is kept once. Throws ``PKIError`` for one that a certificate
    /// cannot hold, and for too many.
    static func list(_ texts: [String]) throws(PKIError) -> [AlternativeName] {
        var names: [AlternativeName] = []
        var known: Set<AlternativeName> = []
        for text in texts {
            let name = try read(text)
            if known.insert(name).inserted { names.append(name) }
        }
        guard names.count <= most else {
            throw PKIError(
                .nameInvalid,
                "\(names.count) names for one certificate, which holds \(most) at most",
                remedy: "share them out among several certificates, or take a wildcard"
            )
        }
        return names
    }

    /// Reads a name. Throws ``PKIError`` when a certificate cannot hold it.
    package static func read(_ text: String) throws(PKIError) -> AlternativeName {
        do {
            return try AlternativeName(text)
        } catch {
            let shown = text.unicodeScalars.count > 300 ? "\(text.prefix(300))…" : text
            throw PKIError(.nameInvalid, "the name \(shown.debugDescription) \(error.message)", remedy: error.hint)
        }
    }

    /// The GeneralName in DER (RFC 5280, section 4.2.1.6).
    var encoded: [UInt8] {
        switch self {
        case .email(let address): DERForm.element(DERForm.Tag.context(1, isPrimitive: true), Array(address.utf8))
        case .dns(let name): DERForm.element(DERForm.Tag.context(2, isPrimitive: true), Array(name.utf8))
        case .uri(let uri): DERForm.element(DERForm.Tag.context(6, isPrimitive: true), Array(uri.utf8))
        case .address(let bytes): DERForm.element(DERForm.Tag.context(7, isPrimitive: true), bytes)
        }
    }
}
