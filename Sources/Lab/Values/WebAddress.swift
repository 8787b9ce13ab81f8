//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// A URL or other absolute URI, in its parts (RFC 3986, section 3).
package struct WebAddress: Sendable, Hashable {
    /// In lower case.
    package var scheme: String
    /// What stands before `@`; `nil` for none.
    package var userInfo: String?
    /// Host as written, an IPv6 address without brackets; empty when the URI has no authority.
    package var host: String
    package var port: Int?
    package var path: String
    /// What follows `?`; `nil` for none.
    package var query: String?
    /// What follows `#`; `nil` for none.
    package var fragment: String?

    /// Reads an absolute URI; `nil` when it is none. Only characters that a URI may hold are accepted.
    package init?(_ text: String) {
        guard text.utf8.count <= 2_048, Self.hasOnlyURICharacters(text) else { return nil }
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let scheme = text[..<colon]
        guard let first = scheme.first, first.isLetter,
            scheme.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "+" || $0 == "-" || $0 == "." })
        else { return nil }
        self.scheme = scheme.lowercased()
        var rest = text[text.index(after: colon)...]
        if let hash = rest.firstIndex(of: "#") {
            fragment = String(rest[rest.index(after: hash)...])
            rest = rest[..<hash]
        }
        if let mark = rest.firstIndex(of: "?") {
            query = String(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        guard rest.hasPrefix("//") else {
            host = ""
            path = String(rest)
            return
        }
        rest = rest.dropFirst(2)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        path = String(rest[slash...])
        var authority = rest[..<slash]
        if let at = authority.lastIndex(of: "@") {
            userInfo = String(authority[..<at])
            authority = authority[authority.index(after: at)...]
        }
        guard let (host, port) = Self.split(authority: authority) else { return nil }
        self.host = host
        self.port = port
    }

    /// Whether the host is loopback (`localhost`, 127.0.0.0/8, ::1).
    package var isLoopback: Bool { HostName.isLoopback(host.lowercased()) }

    private static func split(authority: Substring) -> (host: String, port: Int?)? {
        var host = authority
        var port: Substring?
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
            guard let bytes = IPAddress.bytes(String(host)), bytes.count == 16 else { return nil }
            let after = authority[authority.index(after: end)...]
            if !after.isEmpty {
                guard after.hasPrefix(":") else { return nil }
                port = after.dropFirst()
            }
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
        }
        guard !host.contains("[") && !host.contains("]") else { return nil }
        guard let port else { return (String(host), nil) }
        guard port.count <= 5, port.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(port),
            (1...65_535).contains(number)
        else { return nil }
        return (String(host), number)
    }

    /// Unreserved, reserved and well-formed percent-encoded characters, nothing else (RFC 3986, section 2).
    private static func hasOnlyURICharacters(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%") {
                guard index + 2 < bytes.count, isHex(bytes[index + 1]), isHex(bytes[index + 2]) else { return false }
                index += 3
                continue
            }
            guard isLetterOrDigit(byte) || allowed.contains(byte) else { return false }
            index += 1
        }
        return true
    }

    private static var allowed: [UInt8] { Array("-._~:/?#[]@!$&'()*+,;=".utf8) }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }
}
