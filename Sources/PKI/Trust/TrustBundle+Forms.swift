//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import OpenSSL
package import Support

extension TrustBundle {
    /// The only certificate of the bundle, DER: a file of that form holds one.
    ///
    /// Throws ``PKIError`` when there are several.
    package func der() throws(PKIError) -> [UInt8] {
        guard certificates.count == 1 else {
            throw PKIError(
                .bundleNotSingle,
                "there are \(certificates.count) roots, and a DER file holds one",
                remedy: "use a form that holds all: kindling bundle --format pem"
            )
        }
        return certificates[0]
    }

    /// A folder for people and programs: each certificate under a readable name, `NAME.pem`, and under the hash name by
    /// which OpenSSL finds it.
    package func folder() throws(PKIError) -> [TrustFile] {
        try zip(names(), certificatePEMs).map { TrustFile(name: "\($0).pem", text: $1) } + hashedNames
    }

    /// A PKCS#12 trust store, the default form of Java since version 9, also read by Java 8u301 and later.
    ///
    /// Throws ``PKIError`` for a certificate that cannot be read.
    package func pkcs12(password: Secret<String>) throws(PKIError) -> [UInt8] {
        let entries = try zip(names(), certificates).map {
            PKCS12.TrustedCertificate(alias: $0, certificate: $1)
        }
        do {
            return try PKCS12.trustStore(entries, password: password)
        } catch {
            throw PKIError(.certificateUnreadable, error.message)
        }
    }

    /// A JKS trust store, for older programs on Java. The dates in it are those on which the certificates begin.
    ///
    /// Throws ``PKIError`` for a certificate that cannot be read.
    package func jks(password: Secret<String>) throws(PKIError) -> [UInt8] {
        var entries: [JavaKeyStore.Entry] = []
        for (name, certificate) in zip(try names(), certificates) {
            let begin = try CertificateSummary(der: certificate).notBefore
            entries.append(JavaKeyStore.Entry(alias: name, date: begin, certificate: certificate))
        }
        return JavaKeyStore.trustStore(entries, password: password)
    }

    private func names() throws(PKIError) -> [String] {
        var names: [String] = []
        for certificate in certificates { names.append(try RootName.text(certificate)) }
        return names
    }
}
