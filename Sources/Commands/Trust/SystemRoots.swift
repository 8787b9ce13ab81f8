//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// The file in which this machine keeps the roots that its programs trust.
enum SystemRoots {
    /// The largest that is read, in bytes; those of distributions have a quarter of a MiB.
    static let sizeLimit = 16 << 20

    /// Where distributions keep them.
    private static let places = [
        "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Alpine
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
        "/etc/pki/tls/certs/ca-bundle.crt",  // older ones of these
        "/var/lib/ca-certificates/ca-bundle.pem",  // SUSE
        "/etc/ssl/ca-bundle.pem",  // older ones of that
        "/etc/ssl/cert.pem",  // Alpine without its package ca-certificates
    ]

    /// The file: what `SSL_CERT_FILE` names, or the first of the places. Throws ``CommandError`` when there is none.
    static func file(in context: CommandContext) throws -> String {
        if let named = context.variable("SSL_CERT_FILE") { return named }
        guard let file = places.first(where: Files.exists) else {
            throw CommandError(
                .notFound,
                "this machine keeps its roots in none of the usual files",
                remedy: "install the package ca-certificates, or name the file by SSL_CERT_FILE"
            )
        }
        return file
    }
}
