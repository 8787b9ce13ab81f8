//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import OpenSSL
import Support
import SwiftASN1
import X509

extension KeyType {
    /// The same in the words of OpenSSL.
    var algorithm: KeyAlgorithm {
        switch self {
        case .p256: .p256
        case .p384: .p384
        case .rsa3072: .rsa(bits: 3072)
        case .rsa4096: .rsa(bits: 4096)
        case .ed25519: .ed25519
        }
    }

    /// Whether the key can encipher too, so that a client of old age may want to.
    var isRSA: Bool { self == .rsa3072 || self == .rsa4096 }
}

extension Certificate.PrivateKey {
    /// A key that signs certificates. RSA goes to OpenSSL, which signs at twice the rate.
    init(_ pair: KeyPair) throws {
        switch pair.algorithm {
        case .rsa: try self.init(RSASigningKey(pair.privateKey))
        case .p256, .p384, .ed25519: try self.init(derBytes: pair.privateKey.expose())
        }
    }
}

/// An RSA key of OpenSSL in the form that swift-certificates signs with.
private struct RSASigningKey: CustomPrivateKey {
    private let signer: RSASigner
    let publicKey: Certificate.PublicKey

    init(_ privateKey: Secret<[UInt8]>) throws {
        signer = try RSASigner(privateKey: privateKey)
        publicKey = try Certificate.PublicKey(derEncoded: signer.publicKey)
    }

    static func == (left: RSASigningKey, right: RSASigningKey) -> Bool { left.publicKey == right.publicKey }

    func hash(into hasher: inout Hasher) { hasher.combine(publicKey) }

    var defaultSignatureAlgorithm: Certificate.SignatureAlgorithm { .sha256WithRSAEncryption }
    var supportedSignatureAlgorithms: [Certificate.SignatureAlgorithm] { [.sha256WithRSAEncryption] }

    func signSynchronously(
        bytes: some DataProtocol,
        signatureAlgorithm: Certificate.SignatureAlgorithm
    ) throws -> Certificate.Signature {
        guard signatureAlgorithm == .sha256WithRSAEncryption else {
            throw PKIError(.issuanceFailed, "an RSA key signs with SHA-256, not by \(signatureAlgorithm)")
        }
        let signature = try signer.sign(Array(bytes))
        return try Certificate.Signature(
            signatureAlgorithm: signatureAlgorithm,
            signatureBytes: ASN1BitString(bytes: signature[...])
        )
    }

    static var defaultPEMDiscriminator: String { "PRIVATE KEY" }

    func serialize(into coder: inout DER.Serializer) throws {
        throw PKIError(.issuanceFailed, "a signing key is not written out from here")
    }
}
