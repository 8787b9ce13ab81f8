//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
import FoundationEssentials
import Support

/// Java's older key store, which programs before Java 9 expect.
///
/// Big-endian numbers; texts in UTF-8 with their length in two bytes; at the end SHA-1 over the password in UTF-16, the
/// words `Mighty Aphrodite` and all that stands before (OpenJDK, `sun.security.provider.JavaKeyStore`).
enum JavaKeyStore {
    /// A trusted certificate and what the store says of it.
    struct Entry {
        /// At most 65,535 bytes, none of them zero and none of a character outside of the basic plane, which Java writes
        /// otherwise than UTF-8 does.
        var alias: String
        /// When it was added.
        var date: Date
        /// DER.
        var certificate: [UInt8]
    }

    /// A store of trusted certificates under a password.
    static func trustStore(_ entries: [Entry], password: Secret<String>) -> [UInt8] {
        var bytes = number(0xfeed_feed, size: 4) + number(2, size: 4) + number(entries.count, size: 4)
        for entry in entries {
            bytes += number(trustedCertificate, size: 4) + text(entry.alias)
            bytes += number(Int(entry.date.timeIntervalSince1970) * 1_000, size: 8)
            bytes += text("X.509") + number(entry.certificate.count, size: 4) + entry.certificate
        }
        let words = password.expose().utf16.flatMap { number(Int($0), size: 2) }
        return bytes + Insecure.SHA1.hash(data: words + Array("Mighty Aphrodite".utf8) + bytes)
    }

    private static let trustedCertificate = 2

    private static func text(_ text: String) -> [UInt8] { number(text.utf8.count, size: 2) + Array(text.utf8) }

    private static func number(_ value: Int, size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> ((size - 1 - $0) * 8)) }
    }
}
