//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import SwiftASN1
import X509

/// Certificates in PEM text (RFC 7468).
package enum PEM {
    /// The certificates of a text, DER, in their order.
    ///
    /// Blank lines and comment lines (`#`) may stand between them. Throws ``PKIError``, with the line, for anything
    /// else: other text, a block that is no certificate (a private key above all), an unfinished or damaged block, and
    /// a text without any certificate. `file` is its name in messages.
    package static func split(_ text: String, file: String) throws(PKIError) -> [[UInt8]] {
        var certificates: [[UInt8]] = []
        var body: String?
        var begin = 0
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = line.trimmingBlanks
            let number = index + 1
            if let open = body {
                if line == endLine {
                    certificates.append(try certificate(open, file: file, line: begin))
                    body = nil
                } else if line.hasPrefix("-----") {
                    throw unreadable(file, number, "the certificate that begins in line \(begin) has no end")
                } else {
                    body = open + line
                }
            } else if line == beginLine {
                body = ""
                begin = number
            } else if line.hasPrefix("-----BEGIN "), line.contains("PRIVATE KEY") {
                throw unreadable(file, number, "a private key stands where only certificates belong")
            } else if !line.isEmpty, !line.hasPrefix("#") {
                throw unreadable(file, number, "neither a certificate nor a comment")
            }
        }
        guard body == nil else { throw unreadable(file, begin, "the certificate has no end") }
        guard !certificates.isEmpty else {
            throw PKIError(.certificateUnreadable, "\(file) holds no certificate")
        }
        return certificates
    }

    /// The certificate blocks of a text that may hold anything else beside them, each with the line that it begins in.
    package static func blocks(in text: String) -> [(text: String, line: Int)] {
        var blocks: [(text: String, line: Int)] = []
        var isOpen = false
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = line.trimmingBlanks
            if line == beginLine {
                blocks.append((text: "", line: index + 1))
                isOpen = true
            }
            guard isOpen, let last = blocks.indices.last else { continue }
            blocks[last].text += line + "\n"
            isOpen = line != endLine
        }
        return blocks
    }

    private static let beginLine = "-----BEGIN CERTIFICATE-----"
    private static let endLine = "-----END CERTIFICATE-----"

    private static func certificate(_ body: String, file: String, line: Int) throws(PKIError) -> [UInt8] {
        guard let der = Encoding.bytes(base64: body), !der.isEmpty else {
            throw unreadable(file, line, "the certificate is not base64")
        }
        do {
            _ = try Certificate(derEncoded: der)
        } catch {
            throw unreadable(file, line, "the certificate cannot be read: \(error)")
        }
        return der
    }

    private static func unreadable(_ file: String, _ line: Int, _ reason: String) -> PKIError {
        PKIError(.certificateUnreadable, "\(file):\(line): \(reason)")
    }
}

extension Substring {
    /// The text without blanks at both ends, a carriage return included.
    fileprivate var trimmingBlanks: String {
        var rest = self
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
