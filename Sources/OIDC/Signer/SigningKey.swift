//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
package import FoundationEssentials
package import Lab
import OpenSSL
import Support

/// A key that signs tokens, ready for use.
package struct SigningKey: Sendable {
    /// RFC 7638 thumbprint.
    package let kid: String
    package let algorithm: SigningAlgorithm
    /// When it was first published.
    package let created: Date
    /// From when on it signs.
    package let activeFrom: Date
    /// When it stopped signing.
    package let retired: Date?
    private let key: PrivateKey

    private enum PrivateKey: Sendable {
        case rsa(RSASigner)
        case p256(P256.Signing.PrivateKey)
    }

    /// Reads a stored key. Throws ``OIDCError`` when it is not of its algorithm.
    package init(_ record: SigningKeyRecord) throws(OIDCError) {
        key = try Self.read(record.privateKey, record.algorithm)
        kid = Self.thumbprint(key)
        algorithm = record.algorithm
        created = record.created
        activeFrom = record.activeFrom
        retired = record.retired
    }

    /// Makes a new key, as it is to be stored. RSA has 2048 bits; making one may take a second.
    package static func generate(
        _ algorithm: SigningAlgorithm,
        at now: Date,
        activeFrom: Date
    ) throws -> SigningKeyRecord {
        let pair = try KeyPair.generate(algorithm == .rs256 ? .rsa(bits: 2048) : .p256)
        return SigningKeyRecord(
            kid: thumbprint(try read(pair.privateKey, algorithm)),
            algorithm: algorithm,
            privateKey: pair.privateKey,
            created: now,
            activeFrom: activeFrom
        )
    }

    /// The public key as it stands in the JWKS (RFC 7517): public members only.
    package var webKey: JSONValue {
        var members = Self.publicMembers(key).mapValues { JSONValue.string($0) }
        members["kid"] = .string(kid)
        members["alg"] = .string(algorithm.rawValue)
        members["use"] = .string("sig")
        return .object(members)
    }

    /// Public numbers by their names in a JWK: `n`, `e` or `x`, `y`, and `kty`, `crv`.
    package var publicMembers: [String: String] { Self.publicMembers(key) }

    /// The signature of a JWS input (RFC 7518, sections 3.3 and 3.4).
    package func sign(_ message: [UInt8]) throws -> [UInt8] {
        switch key {
        case .rsa(let signer): try signer.sign(message)
        case .p256(let key): Array(try key.signature(for: message).rawRepresentation)
        }
    }

    private static func read(
        _ privateKey: Secret<[UInt8]>,
        _ algorithm: SigningAlgorithm
    ) throws(OIDCError) -> PrivateKey {
        do {
            switch algorithm {
            case .rs256: return .rsa(try RSASigner(privateKey: privateKey))
            case .es256: return .p256(try P256.Signing.PrivateKey(derRepresentation: privateKey.expose()))
            }
        } catch {
            throw OIDCError(
                .oidcKeyUnusable,
                "a stored signing key is not an \(algorithm.rawValue) key",
                remedy: "restore the state from a backup"
            )
        }
    }

    private static func publicMembers(_ key: PrivateKey) -> [String: String] {
        switch key {
        case .rsa(let signer):
            return [
                "kty": "RSA",
                "n": Encoding.base64URL(signer.publicNumbers.modulus),
                "e": Encoding.base64URL(signer.publicNumbers.exponent),
            ]
        case .p256(let key):
            let point = Array(key.publicKey.rawRepresentation)
            return [
                "kty": "EC",
                "crv": "P-256",
                "x": Encoding.base64URL(point[..<32]),
                "y": Encoding.base64URL(point[32...]),
            ]
        }
    }

    private static func thumbprint(_ key: PrivateKey) -> String { thumbprint(publicMembers(key)) }

    /// RFC 7638: SHA-256 of the required members in the order of their names, without space.
    package static func thumbprint(_ members: [String: String]) -> String {
        let text = members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",")
        return Encoding.base64URL(Array(SHA256.hash(data: Array("{\(text)}".utf8))))
    }
}
