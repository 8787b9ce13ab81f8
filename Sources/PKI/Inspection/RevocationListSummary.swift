//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials

/// What a revocation list says.
package struct RevocationListSummary: Sendable, Hashable {
    /// Issuer, as RFC 4514 writes it.
    package let issuer: String
    /// The CRL number in lower-case hexadecimal; `nil` without one.
    package let number: String?
    package let thisUpdate: Date
    /// When the next one is due; `nil` where none is promised.
    package let nextUpdate: Date?
    /// How many certificates it revokes.
    package let count: Int

    /// Reads a CRL in DER. Throws ``PKIError`` when it is none.
    package init(der: [UInt8]) throws(PKIError) {
        do {
            let fields = try RevocationListFields(der: der)
            issuer = fields.issuer.text
            number = fields.number.map(SerialText.text)
            thisUpdate = fields.thisUpdate.date
            nextUpdate = fields.nextUpdate?.date
            count = fields.count
        } catch {
            throw PKIError(.certificateUnreadable, "cannot read the revocation list: \(error)")
        }
    }
}
