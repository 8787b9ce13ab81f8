//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// A certificate, or something of its family, that was found in a file.
package struct FoundCertificate: Sendable, Hashable {
    /// What was found.
    package enum Kind: Sendable, Hashable {
        case certificate
        /// A CRL (RFC 5280, section 5).
        case revocationList
        /// A PKCS#10 request (RFC 2986).
        case request
    }

    /// The DER form.
    package let der: [UInt8]
    package let kind: Kind
    package let location: Location
}

extension FoundCertificate {
    /// Where in a file something stands.
    package struct Location: Sendable, Hashable, CustomStringConvertible {
        /// The file as the user named it.
        package var file: String
        /// Line, from 1; `nil` in a binary file. For a value of a manifest that is base64, the line of the value.
        package var line: Int?
        /// The Kubernetes object, `Secret namespace/name`; `nil` outside of one.
        package var object: String?
        /// The path of the value in its object or document, `data.tls.crt`; `nil` where the file is no YAML.
        package var key: String?
        /// Which one of several of one value or file, from 1.
        package var number = 1

        /// A whole file.
        package init(file: String) {
            self.file = file
        }

        /// `file:line`, or `file: Secret namespace/name data.tls.crt #2`, or the file alone.
        package var description: String {
            if let object {
                return "\(file): \(object)\(key.map { " \($0)" } ?? "")\(number > 1 ? " #\(number)" : "")"
            }
            return line.map { "\(file):\($0)" } ?? file
        }
    }
}

/// Something that should be a certificate and cannot be read.
package struct UnreadableCertificate: Sendable, Hashable {
    package let location: FoundCertificate.Location
    /// Why, in the middle of a sentence: `the certificate is not base64`.
    package let reason: String
    /// Whether it is whole, and only its password is missing.
    package let isLocked: Bool

    package init(location: FoundCertificate.Location, reason: String, isLocked: Bool = false) {
        self.location = location
        self.reason = reason
        self.isLocked = isLocked
    }
}

extension FoundCertificate {
    /// The fields of a certificate; `nil` for anything else.
    var fields: CertificateFields? { kind == .certificate ? try? CertificateFields(der: der) : nil }

    /// The fields of a revocation list; `nil` for anything else.
    var list: RevocationListFields? { kind == .revocationList ? try? RevocationListFields(der: der) : nil }
}
