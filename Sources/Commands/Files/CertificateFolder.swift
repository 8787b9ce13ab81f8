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

    /// Whether `tls.crt` can be read and is for the key of this certificate.
    func holdsCertificate(withKeyOf certificate: StoredCertificate) -> Bool {
        let file = "\(path)/tls.crt"
        guard let bytes = try? Files.read(file, limit: 1 << 20),
            let standing = try? PEM.split(String(decoding: bytes, as: UTF8.self), file: file).first
        else { return false }
        return certificate.hasKey(of: standing)
    }

    /// Makes the folder hold a certificate.
    ///
    /// All files are on disk before the first of them takes its place, the key before the certificate, and a file that is
    /// the same already is not touched: a renewal that keeps its key replaces `tls.crt` alone, at one instant for every
    /// reader.
    ///
    /// - Parameters:
    ///   - certificate: with its key and chain.
    ///   - root: the trust bundle, PEM.
    ///   - keepsKey: whether `tls.key` is left as it is, under a passphrase for example.
    /// - Returns: whether anything changed.
    /// - Throws: ``FileError``; ``CommandError`` when the key is needed and not here.
    @discardableResult
    func write(_ certificate: StoredCertificate, root: String, keepsKey: Bool = false) throws -> Bool {
        var contents = [
            Files.Content(path: "\(path)/ca.crt", bytes: Array(root.utf8)),
            Files.Content(path: "\(path)/tls.crt", bytes: Array(certificate.fullChainPEM.utf8)),
        ]
        if !keepsKey {
            guard let key = certificate.privateKeyPEM else {
                throw CommandError(.notFound, "the key of \(certificate.name) is not in the state")
            }
            contents.insert(Files.Content(path: "\(path)/tls.key", bytes: Array(key.expose().utf8), mode: 0o600), at: 1)
        }
        try Files.makeFolder(path, mode: 0o700)
        let changed = contents.filter { content in
            Files.mode(of: content.path) != content.mode || (try? Files.read(content.path)) != content.bytes
        }
        try Files.write(changed)
        return !changed.isEmpty
    }
}
