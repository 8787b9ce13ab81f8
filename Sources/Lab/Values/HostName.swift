//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Names of hosts (RFC 1123, section 2.1).
package enum HostName {
    /// Whether a text is a DNS name in lower case: labels of letters, digits and hyphens, no dot at either end.
    package static func isDNSName(_ text: String) -> Bool { problem(text) == nil }

    /// The form of a DNS name in a certificate: in lower case, with internationalised labels in their `xn--` form. Throws
    /// for what is no DNS name.
    static func ascii(_ text: String) throws(ValueProblem) -> String {
        if isName(text), !text.contains(InternationalLabel.prefix) { return text }
        var labels: [String] = []
        for label in text.lowercased().split(separator: ".", omittingEmptySubsequences: false) {
            if label.hasPrefix(InternationalLabel.prefix) { try InternationalLabel.check(String(label)) }
            let isASCII = label.utf8.allSatisfy { $0 < 0x80 }
            labels.append(isASCII ? String(label) : try InternationalLabel.ascii(String(label)))
        }
        let name = labels.joined(separator: ".")
        if let problem = problem(name) { throw problem }
        return name
    }

    /// Whether a text is one DNS label in lower case.
    package static func isLabel(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else { return false }
        return first != UInt8(ascii: "-") && last != UInt8(ascii: "-")
            && bytes.allSatisfy { isLowerOrDigit($0) || $0 == UInt8(ascii: "-") }
    }

    /// Whether a host is `localhost`, a name below it, or a loopback address (RFC 6761, section 6.3).
    package static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host.hasSuffix(".localhost") { return true }
        guard let bytes = IPAddress.bytes(host) else { return false }
        return bytes.count == 4 ? bytes[0] == 127 : bytes == IPAddress.bytes("::1")
    }

    /// Why a text is no DNS name.
    static func problem(_ text: String) -> ValueProblem? {
        if isName(text) { return nil }
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
            return ValueProblem("has letters beyond ASCII", hint: "write the name in its xn-- form")
        }
        if text.hasPrefix(".") {
            return ValueProblem(
                "begins with a dot",
                hint: "write \(text.drop { $0 == "." }); it covers all names below"
            )
        }
        if text.hasSuffix(".") { return ValueProblem("ends with a dot", hint: "write \(text.dropLast())") }
        if text.contains("://") { return ValueProblem("is a URL, not a name", hint: "write the host alone") }
        if text.contains(where: { $0.isUppercase }) {
            return ValueProblem("has capital letters", hint: "write \(text.lowercased())")
        }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        if text.utf8.count <= 253, labels.allSatisfy({ isLabel(String($0)) }) {
            return ValueProblem("is no DNS name: its last label is a number")
        }
        return ValueProblem("is no DNS name", hint: "labels of letters, digits and hyphens, joined by dots")
    }

    /// Whether a text is a DNS name: labels of 1 to 63 octets, no hyphen at their ends, the last one not a number, at
    /// most 253 octets in all.
    private static func isName(_ text: String) -> Bool {
        var (length, hyphen, isNumber) = (0, false, true)
        for byte in text.utf8 {
            if byte == UInt8(ascii: ".") {
                guard length > 0, !hyphen else { return false }
                (length, hyphen, isNumber) = (0, false, true)
                continue
            }
            hyphen = byte == UInt8(ascii: "-")
            guard isLowerOrDigit(byte) || hyphen && length > 0, length < 63 else { return false }
            length += 1
            if byte > UInt8(ascii: "9") || hyphen { isNumber = false }
        }
        return length > 0 && !hyphen && !isNumber && text.utf8.count <= 253
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }
}
