//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import OpenSSL

/// Keys that somebody else may hold.
///
/// A renewal keeps its key, so that several certificates of an inventory may have the same: what is revoked because its key
/// is compromised takes the others along, and the key is not certified again.
package struct CompromisedKeys: Sendable {
    /// SubjectPublicKeyInfo of each, DER.
    private let keys: Set<[UInt8]>

    /// The keys of these certificates. Throws ``PKIError`` for one that cannot be read.
    package init(of certificates: some Sequence<StoredCertificate>) throws(PKIError) {
        var keys: Set<[UInt8]> = []
        for certificate in certificates { keys.insert(try certificate.publicKey()) }
        self.keys = keys
    }

    /// The keys that an inventory knows as compromised. Throws ``PKIError`` for a certificate that cannot be read.
    package init(knownTo inventory: [StoredCertificate]) throws(PKIError) {
        try self.init(of: inventory.filter { $0.revocationReason?.isCompromise == true })
    }

    /// Whether a certificate is for one of them. Throws ``PKIError`` when it cannot be read.
    package func include(_ certificate: StoredCertificate) throws(PKIError) -> Bool {
        if keys.isEmpty { return false }
        return keys.contains(try certificate.publicKey())
    }

    /// Refuses to certify one of them again. Throws ``PKIError``.
    package func refuse(_ pair: KeyPair) throws(PKIError) { try refuse(pair.publicKey) }

    /// Refuses a request for one of them. Throws ``PKIError``.
    package func refuse(_ request: SigningRequest) throws(PKIError) { try refuse(request.publicKey) }

    private func refuse(_ publicKey: [UInt8]) throws(PKIError) {
        guard keys.contains(publicKey) else { return }
        throw PKIError(
            .keyCompromised,
            "a certificate for this key was revoked because the key is compromised",
            remedy: "make a new key: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out KEY"
        )
    }
}

extension StoredCertificate {
    /// SubjectPublicKeyInfo, DER.
    fileprivate func publicKey() throws(PKIError) -> [UInt8] {
        do {
            return try CertificateFields(der: der).publicKey
        } catch {
            throw PKIError(.certificateUnreadable, "cannot read the certificate \(name) \(serial): \(error)")
        }
    }
}
