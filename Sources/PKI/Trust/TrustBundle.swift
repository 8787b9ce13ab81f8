//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
import Support

/// The roots that a client of the lab must trust, in the forms that clients read.
package struct TrustBundle: Sendable, Hashable {
    /// The certificates, DER, in the order given, each once.
    package let certificates: [[UInt8]]
    private let hashes: [String]

    /// A ConfigMap holds less than this, all keys and values together.
    package static let configMapLimit = 1 << 20

    /// A bundle of certificates in DER. Throws ``PKIError`` when one cannot be read.
    package init(_ certificates: [[UInt8]]) throws(PKIError) {
        var kept: [[UInt8]] = []
        var hashes: [String] = []
        for certificate in certificates where !kept.contains(certificate) {
            kept.append(certificate)
            hashes.append(try SubjectHash.text(certificate: certificate))
        }
        self.certificates = kept
        self.hashes = hashes
    }

    /// All certificates, PEM, one after the other.
    package var pem: String { certificatePEMs.joined() }

    /// One PEM text per certificate, for consumers that take one certificate per file or list item.
    package var certificatePEMs: [String] { certificates.map { Encoding.pem("CERTIFICATE", $0) } }

    /// The files of a folder that OpenSSL, Go, curl and Python read through `SSL_CERT_DIR`: `<subject hash>.N`, one
    /// certificate each; N counts from 0 among roots with the same subject.
    package var hashedNames: [TrustFile] {
        var counts: [String: Int] = [:]
        return zip(hashes, certificatePEMs).map { hash, pem in
            let number = counts[hash, default: 0]
            counts[hash] = number + 1
            return TrustFile(name: "\(hash).\(number)", text: pem)
        }
    }

    /// SHA-256 fingerprints of the certificates, as `openssl x509 -fingerprint -sha256` prints them.
    package var fingerprints: [String] { certificates.map(Fingerprint.text) }

    /// The data of a ConfigMap that serves every client: `key` with all roots, and the hash-named keys.
    ///
    /// - Parameters:
    ///   - key: of the entry with all roots.
    ///   - others: bytes of the map's other entries, their keys included.
    /// - Returns: the entries.
    /// - Throws: ``PKIError`` when all that would be more than a ConfigMap holds.
    package func configMapEntries(key: String, others: Int = 0) throws(PKIError) -> [TrustFile] {
        let entries = [TrustFile(name: key, text: pem)] + hashedNames
        let size = entries.reduce(others) { $0 + $1.name.utf8.count + $1.text.utf8.count }
        guard size < Self.configMapLimit else {
            throw PKIError(
                .bundleTooLarge,
                "the \(certificates.count) roots make \(size) bytes, and a ConfigMap or Secret holds less than 1 MiB"
            )
        }
        return entries
    }
}

/// A named text: a file of a trust folder, or a key of a ConfigMap.
package struct TrustFile: Sendable, Hashable {
    package let name: String
    package let text: String
}

/// How people compare certificates.
package enum Fingerprint {
    /// SHA-256 over the DER form, upper-case hexadecimal with colons.
    package static func text(_ certificate: [UInt8]) -> String {
        self.text(digest: SHA256.hash(data: certificate))
    }

    private static func text(digest: some Sequence<UInt8>) -> String {
        digest.map { Encoding.hex([$0]).uppercased() }.joined(separator: ":")
    }

    /// A fingerprint as people write it, in any case and with colons or without, in the form of ``text(_:)``; `nil` for
    /// what is none.
    package static func parse(_ text: String) -> String? {
        let digits = text.filter { $0 != ":" }
        guard let bytes = Encoding.bytes(hex: digits), bytes.count == SHA256.byteCount else { return nil }
        return self.text(digest: bytes)
    }

    /// The first eight digits, in small letters, for names.
    package static func short(_ certificate: [UInt8]) -> String {
        Encoding.hex(SHA256.hash(data: certificate).prefix(4))
    }
}
