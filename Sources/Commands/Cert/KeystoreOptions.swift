//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import OpenSSL
import PKI
import Secrets
import Support

/// `--password-file`: what opens PKCS#12 files among those that are looked into.
struct KeystoreOptions: ParsableArguments {
    @Option(
        name: .customLong("password-file"),
        help: ArgumentHelp("A file with the password of PKCS#12 files.", valueName: "file")
    )
    var passwordFile: String?

    /// Opens such files; `nil` without a password. Throws `SecretsError` for a file that holds none.
    func reader() throws -> CertificateFinder.KeystoreReader? {
        guard let passwordFile else { return nil }
        let password = try ImportedSecret(Secret(Files.read(passwordFile, limit: 4_096))).value
        return { try PKCS12.certificates(in: $0, password: password) }
    }
}
