//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import OpenSSL
import SwiftASN1
import X509

extension KeyAlgorithm {
    /// The scheme that a key of the kind signs certificates by.
    var signature: Certificate.SignatureAlgorithm {
        switch self {
        case .p256: .ecdsaWithSHA256
        case .p384: .ecdsaWithSHA384
        case .ed25519: .ed25519
        case .rsa: .sha256WithRSAEncryption
        }
    }

    /// The same as an AlgorithmIdentifier in DER (RFC 5758, section 3.2; RFC 8410, section 3; RFC 4055, section 5).
    var signatureIdentifier: [UInt8] {
        switch self {
        case .p256: [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]
        case .p384: [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03]
        case .ed25519: [0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70]
        case .rsa: [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00]
        }
    }
}

extension Certificate.PrivateKey {
    /// A key that signs certificates by OpenSSL, which is two to five times as fast as the library's own.
    init(_ pair: KeyPair) throws {
        try self.init(SigningKey(pair))
    }
}

/// A key of OpenSSL in the form that swift-certificates signs with.
private struct SigningKey: CustomPrivateKey {
    private let pair: KeyPair
    let publicKey: Certificate.PublicKey

    init(_ pair: KeyPair) throws {
        self.pair = pair
        publicKey = try Certificate.PublicKey(derEncoded: pair.publicKey)
    }

    static func == (left: SigningKey, right: SigningKey) -> Bool { left.publicKey == right.publicKey }

    func hash(into hasher: inout Hasher) { hasher.combine(publicKey) }

    var defaultSignatureAlgorithm: Certificate.SignatureAlgorithm { pair.algorithm.signature }
    var supportedSignatureAlgorithms: [Certificate.SignatureAlgorithm] { [pair.algorithm.signature] }

    func signSynchronously(
        bytes: some DataProtocol,
        signatureAlgorithm: Certificate.SignatureAlgorithm
    ) throws -> Certificate.Signature {
        guard signatureAlgorithm == pair.algorithm.signature else {
            throw PKIError(
                .issuanceFailed,
                "a key of the kind \(pair.algorithm) does not sign by \(signatureAlgorithm)"
            )
        }
        return try Certificate.Signature(
            signatureAlgorithm: signatureAlgorithm,
            signatureBytes: ASN1BitString(bytes: pair.sign(Array(bytes))[...])
        )
    }

    static var defaultPEMDiscriminator: String { "PRIVATE KEY" }

    func serialize(into coder: inout DER.Serializer) throws {
        throw PKIError(.issuanceFailed, "a signing key is not written out from here")
    }
}
