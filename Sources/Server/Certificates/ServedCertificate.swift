//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import NIOCertificateReloading
package import NIOSSL
package import PKI
import Support
import Synchronization

/// The certificate that the listeners show now. Replacing it takes effect at the next handshake.
package final class ServedCertificate: CertificateReloader {
    private let current: Mutex<(certificate: StoredCertificate, override: NIOSSLContextConfigurationOverride)>

    /// Starts with a certificate and its private key.
    package init(_ certificate: StoredCertificate) throws {
        current = Mutex((certificate, try Self.override(certificate)))
    }

    package var sslContextConfigurationOverride: NIOSSLContextConfigurationOverride {
        current.withLock { $0.override }
    }

    /// Serial number of what is shown, hexadecimal.
    package var serial: String { current.withLock { $0.certificate.serial } }

    /// Whether this certificate is shown, with its chain as it is now.
    package func shows(_ certificate: StoredCertificate) -> Bool {
        current.withLock { $0.certificate.der == certificate.der && $0.certificate.chain == certificate.chain }
    }

    /// When what is shown ends.
    package var expires: Date { current.withLock { $0.certificate.notAfter } }

    /// Shows another certificate from now on; certificate and key change together for every handshake.
    package func replace(by certificate: StoredCertificate) throws {
        let override = try Self.override(certificate)
        current.withLock { $0 = (certificate, override) }
    }

    private static func override(_ certificate: StoredCertificate) throws -> NIOSSLContextConfigurationOverride {
        guard let key = certificate.privateKey else {
            throw ServerError(.certificateWithoutKey, "the certificate \(certificate.serial) has no private key here")
        }
        var override = NIOSSLContextConfigurationOverride()
        override.certificateChain = try ([certificate.der] + certificate.chain).map {
            .certificate(try NIOSSLCertificate(bytes: $0, format: .der))
        }
        override.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: key.expose(), format: .der))
        return override
    }
}
