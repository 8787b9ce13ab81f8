//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Lab
package import Support

/// A key that signs tokens, as it is stored.
package struct SigningKeyRecord: Sendable {
    /// RFC 7638 thumbprint of the public key.
    package var kid: String
    package var algorithm: SigningAlgorithm
    /// PKCS#8, DER. Sealed at rest.
    package var privateKey: Secret<[UInt8]>
    package var created: Date
    /// From when on it signs; it is published from ``created`` on.
    package var activeFrom: Date
    /// When it stopped signing; it stays published until the last token it signed has expired.
    package var retired: Date?

    package init(
        kid: String,
        algorithm: SigningAlgorithm,
        privateKey: Secret<[UInt8]>,
        created: Date,
        activeFrom: Date,
        retired: Date? = nil
    ) {
        self.kid = kid
        self.algorithm = algorithm
        self.privateKey = privateKey
        self.created = created
        self.activeFrom = activeFrom
        self.retired = retired
    }
}

/// Where signing keys are kept.
package protocol SigningKeyStore: Sendable {
    /// All keys, retired ones too, oldest first.
    func signingKeys() async throws -> [SigningKeyRecord]
    /// Adds a key.
    func addSigningKey(_ key: SigningKeyRecord) async throws
    /// Adds a key if there is none of its algorithm that is not retired, atomically: two processes that start at once
    /// make one key. Says whether it was added.
    func addFirstSigningKey(_ key: SigningKeyRecord) async throws -> Bool
    /// Adds the successor of a key if none of its algorithm is younger than that one, atomically: two processes that
    /// rotate at once make one successor. Says whether it was added.
    func addSigningKey(_ key: SigningKeyRecord, succeeding kid: String) async throws -> Bool
    /// Marks a key as no longer signing.
    func retireSigningKey(kid: String, at now: Date) async throws
    /// Forgets a key.
    func removeSigningKey(kid: String) async throws
}
