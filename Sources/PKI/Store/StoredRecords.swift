//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials

/// A folder that holds a certificate of the inventory and follows its renewals.
package struct CertificateFolderRecord: Sendable, Hashable {
    /// Absolute path; primary key.
    package var folder: String
    /// Inventory name.
    package var name: String
    /// Whether the private key there is under a passphrase, so that only the certificate can be replaced.
    package var hasEncryptedKey: Bool
    package var createdAt: Date

    package init(folder: String, name: String, hasEncryptedKey: Bool = false, createdAt: Date) {
        self.folder = folder
        self.name = name
        self.hasEncryptedKey = hasEncryptedKey
        self.createdAt = createdAt
    }
}

/// A revocation list as it is kept: the newest of its issuer.
package struct StoredRevocationList: Sendable, Hashable {
    /// ``StoredAuthority/id`` of the issuer; primary key.
    package var issuerID: String
    /// The CRL number (RFC 5280, section 5.2.3); goes up by one with every list.
    package var number: Int
    /// The list, DER.
    package var der: [UInt8]
    /// SHA-256 of its entries; another one means that something was revoked since, or has expired.
    package var digest: [UInt8]
    package var thisUpdate: Date
    package var nextUpdate: Date

    package init(issuerID: String, number: Int, der: [UInt8], digest: [UInt8], thisUpdate: Date, nextUpdate: Date) {
        self.issuerID = issuerID
        self.number = number
        self.der = der
        self.digest = digest
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
    }
}
