//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import SwiftASN1
import X509

/// Judges the certificates of servers that are called: RFC 5280 with name constraints, then the server's name (RFC 9525).
///
/// The TLS library's own verification knows no constraints on IP addresses, and refuses what comes from an authority that
/// has them, as the lab's have.
package struct PeerVerifier: Sendable {
    private let roots: [Certificate]
    private let trustsSystem: Bool

    /// A verifier for certificates of these roots (DER), and of those that the machine trusts.
    ///
    /// - Parameters:
    ///   - roots: the lab's roots.
    ///   - trustsSystem: whether the machine's trust store counts too.
    /// - Throws: what the parser throws for a root that is no certificate.
    package init(roots: [[UInt8]], trustsSystem: Bool = true) throws {
        self.roots = try roots.map { try Certificate(derEncoded: $0) }
        self.trustsSystem = trustsSystem
    }

    /// Whether a chain, DER and leaf first, is good for a host.
    ///
    /// - Parameters:
    ///   - chain: as the server sent it.
    ///   - host: its name or IP address, as it was called.
    /// - Returns: whether it is; validity is judged by the machine's clock.
    package func isGood(_ chain: [[UInt8]], for host: String) async -> Bool {
        guard chain.count <= 10, let certificates = try? chain.map({ try Certificate(derEncoded: $0) }),
            let leaf = certificates.first
        else { return false }
        if let usages = try? leaf.extensions.extendedKeyUsage, !usages.contains(.serverAuth), !usages.contains(.any) {
            return false
        }
        let isAddress = IPAddress.bytes(host) != nil
        var store = trustsSystem ? X509.CertificateStore.systemTrustRoots : X509.CertificateStore()
        store.append(contentsOf: roots)
        var verifier = Verifier(rootCertificates: store) {
            RFC5280Policy()
            ServerIdentityPolicy(
                serverHostname: isAddress ? nil : host.lowercased(),
                serverIP: isAddress ? host : nil
            )
        }
        let result = await verifier.validate(
            leaf: leaf,
            intermediates: X509.CertificateStore(certificates.dropFirst())
        )
        if case .validCertificate = result { return true }
        return false
    }
}
