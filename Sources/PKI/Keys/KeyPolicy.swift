//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab
package import OpenSSL

/// What is possible with a key, and unwise all the same.
package enum KeyPolicy {
    /// The kind of a key that leaves may have: P-256, P-384, Ed25519, or RSA of 2048 to 8192 bits. Throws ``PKIError``
    /// for any other; `file` is where it comes from.
    static func taken(_ algorithm: KeyAlgorithm?, in file: String) throws(PKIError) -> KeyAlgorithm {
        switch algorithm {
        case .p256?, .p384?, .ed25519?: if let algorithm { return algorithm }
        case .rsa(let bits)?: if PrivateKeyFile.rsaBits.contains(bits) { return .rsa(bits: bits) }
        case nil: break
        }
        throw PKIError(
            .requestRefused,
            "the key in \(file) is of a kind that is not taken\(algorithm.map { ": \($0)" } ?? "")",
            remedy: "take P-256, P-384, Ed25519, or RSA of 2048 to 8192 bits"
        )
    }

    /// Refuses a leaf that would be of little use, unless somebody insists: lab.yaml's entries do, since its own warning
    /// has been seen.
    ///
    /// Throws ``PKIError`` for an Ed25519 key in a certificate of a server, which no browser takes.
    package static func refuseUnwise(
        _ algorithm: KeyAlgorithm,
        _ profile: CertificateProfile,
        name: String
    ) throws(PKIError) {
        guard algorithm == .ed25519, profile != .client else { return }
        throw PKIError(
            .keyUnwise,
            "the certificate \(name) of a server would have an Ed25519 key, which no browser takes",
            remedy: "take --key-type p256, or insist with --insist"
        )
    }
}

extension KeyType {
    /// The same in the words of OpenSSL.
    package var algorithm: KeyAlgorithm {
        switch self {
        case .p256: .p256
        case .p384: .p384
        case .rsa3072: .rsa(bits: 3072)
        case .rsa4096: .rsa(bits: 4096)
        case .ed25519: .ed25519
        }
    }
}
