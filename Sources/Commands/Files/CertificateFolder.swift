//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import PKI
import Support

/// A folder with `tls.crt` (certificate and chain), `tls.key` and `ca.crt`, as Kubernetes names them.
struct CertificateFolder {
    let path: String

    /// Writes the three files; the key first, so that no reader finds a certificate without it.
    func write(_ certificate: StoredCertificate, root: String) throws {
        guard let key = certificate.privateKeyPEM else {
            throw CommandError(.notFound, "the key of \(certificate.name) is not in the state")
        }
        try Files.makeFolder(path, mode: 0o700)
        try Files.write(Array(key.expose().utf8), to: "\(path)/tls.key", mode: 0o600)
        try Files.write(Array(certificate.fullChainPEM.utf8), to: "\(path)/tls.crt")
        try Files.write(Array(root.utf8), to: "\(path)/ca.crt")
    }
}
