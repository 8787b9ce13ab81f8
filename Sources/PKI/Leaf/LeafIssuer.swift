//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
package import OpenSSL
package import Support
import X509

/// Makes leaves of one authority, one after the other; what they share is made ready once. For one task at a time.
package final class LeafIssuer {
    private let authority: CertificateAuthority
    private let encoder: LeafEncoder
    private var generators: [KeyAlgorithm: KeyGenerator] = [:]

    /// Throws ``PKIError`` when the authority's name cannot be encoded.
    package init(_ authority: CertificateAuthority) throws(PKIError) {
        self.authority = authority
        do {
            encoder = try LeafEncoder(authority)
        } catch {
            throw PKIError(.issuanceFailed, "cannot encode the name of the authority \(authority.id): \(error)")
        }
    }

    /// Makes a key and a certificate for it. Throws ``PKIError`` when OpenSSL cannot.
    package func issue(_ leaf: CheckedLeaf, random: any RandomSource) throws(PKIError) -> StoredCertificate {
        try certify(leaf, random: random) { () throws(OpenSSLError) in try LeafKey(generate(leaf.request.key)) }
    }

    /// Makes a certificate for a key that is there already. Throws ``PKIError`` when OpenSSL cannot.
    package func issue(
        _ leaf: CheckedLeaf,
        for pair: KeyPair,
        random: any RandomSource
    ) throws(PKIError) -> StoredCertificate {
        try certify(leaf, random: random) { LeafKey(pair) }
    }

    /// Makes a certificate for the key of a request, which stays where it is. Throws ``PKIError`` when OpenSSL cannot.
    package func issue(
        _ leaf: CheckedLeaf,
        for request: SigningRequest,
        random: any RandomSource
    ) throws(PKIError) -> StoredCertificate {
        var leaf = leaf
        leaf.commonName = request.commonName(among: leaf.hosts)
        return try certify(leaf, random: random) { LeafKey(request) }
    }

    private func certify(
        _ leaf: CheckedLeaf,
        random: any RandomSource,
        _ makeKey: () throws(OpenSSLError) -> LeafKey
    ) throws(PKIError) -> StoredCertificate {
        do {
            let key = try makeKey()
            let serial = Certificate.SerialNumber.random(from: random)
            let toBeSigned = encoder.toBeSigned(leaf, key, serial: Array(serial.bytes))
            return StoredCertificate(
                serial: serial.hex,
                name: leaf.request.name,
                hosts: leaf.hosts.map(\.description),
                profile: leaf.request.profile,
                keyType: key.algorithm,
                der: encoder.certificate(toBeSigned, signature: try authority.pair.sign(toBeSigned)),
                chain: authority.chain,
                privateKey: key.privateKey,
                issuerID: authority.id,
                notBefore: leaf.validity.notBefore,
                notAfter: leaf.validity.notAfter
            )
        } catch {
            throw PKIError(.issuanceFailed, "cannot issue the certificate \(leaf.request.name): \(error.message)")
        }
    }

    private func generate(_ algorithm: KeyAlgorithm) throws(OpenSSLError) -> KeyPair {
        if let generator = generators[algorithm] { return try generator.generate() }
        let generator = try KeyGenerator(algorithm)
        generators[algorithm] = generator
        return try generator.generate()
    }
}

/// The key that a leaf is for.
struct LeafKey: Sendable {
    /// SubjectPublicKeyInfo, DER.
    let publicKey: [UInt8]
    let algorithm: KeyAlgorithm
    /// PKCS#8, DER; `nil` where somebody else has it.
    let privateKey: Secret<[UInt8]>?

    init(_ pair: KeyPair) {
        publicKey = pair.publicKey
        algorithm = pair.algorithm
        privateKey = pair.privateKey
    }

    init(_ request: SigningRequest) {
        publicKey = request.publicKey
        algorithm = request.algorithm
        privateKey = nil
    }
}
