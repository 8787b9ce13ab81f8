//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// A name that a certificate holds (RFC 5280, section 4.2.1.6), as lab.yaml and flags write it.
package enum AlternativeName: Sendable, Hashable, CustomStringConvertible {
    /// A DNS name in lower case and ASCII, perhaps with `*` as its first label.
    case dns(String)
    /// The 4 or 16 bytes of an address.
    case address([UInt8])
    /// An absolute URI with a host.
    case uri(String)
    /// An e-mail address, its host in lower case and ASCII.
    case email(String)

    /// Reads a name: what has a colon and is no address is a URI, what has an `@` an e-mail address. Internationalised
    /// names take their `xn--` form. Throws for what a certificate cannot hold.
    package init(_ text: String) throws(ValueProblem) {
        if let bytes = IPAddress.bytes(text) {
            self = .address(bytes)
        } else if text.utf8.contains(UInt8(ascii: ":")) {
            self = .uri(try Self.checked(uri: text))
        } else if text.utf8.contains(UInt8(ascii: "@")) {
            self = .email(try Self.checked(email: text))
        } else if text.hasPrefix("*.") {
            self = .dns("*." + (try HostName.ascii(String(text.dropFirst(2)))))
        } else {
            self = .dns(try HostName.ascii(text))
        }
    }

    /// The name as a certificate shows it, which reads back as the same name.
    package var description: String {
        switch self {
        case .dns(let name), .uri(let name), .email(let name): name
        case .address(let bytes): IPAddress.text(bytes)
        }
    }

    /// The name or address that has to lie inside what an authority is permitted, without a wildcard: of a URI and an
    /// e-mail address, the host. `nil` when there is none.
    package var host: Host? {
        switch self {
        case .dns(let name): .name(name.hasPrefix("*.") ? String(name.dropFirst(2)) : name)
        case .address(let bytes): .address(bytes)
        case .uri(let text): WebAddress(text).map { Host($0.host.lowercased()) }
        case .email(let text): text.lastIndex(of: "@").map { Host(String(text[text.index(after: $0)...])) }
        }
    }

    /// Where a name points.
    package enum Host: Sendable, Hashable, CustomStringConvertible {
        case name(String)
        case address([UInt8])

        init(_ text: String) { self = IPAddress.bytes(text).map { .address($0) } ?? .name(text) }

        package var description: String {
            switch self {
            case .name(let name): name
            case .address(let bytes): IPAddress.text(bytes)
            }
        }
    }

    private static func checked(uri text: String) throws(ValueProblem) -> String {
        guard let address = WebAddress(text), !address.host.isEmpty else {
            throw ValueProblem(
                "is neither a host nor a URI with a host",
                hint: "write the host alone, without a port, or a whole URI: spiffe://kidd.network/nas"
            )
        }
        if address.userInfo != nil { throw ValueProblem("holds a user name", hint: "remove what stands before @") }
        if IPAddress.bytes(address.host) == nil { _ = try HostName.ascii(address.host) }
        return text
    }

    /// The local part is a dot-atom (RFC 5322, section 3.2.3) of at most 64 octets (RFC 5321, section 4.5.3.1.1).
    private static func checked(email text: String) throws(ValueProblem) -> String {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let atoms = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count <= 64,
            atoms.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isAtomic) })
        else { throw ValueProblem("is not an e-mail address", hint: "for example admin@kidd.network") }
        return "\(parts[0])@\(try HostName.ascii(String(parts[1])))"
    }

    private static func isAtomic(_ byte: UInt8) -> Bool {
        Format.isLetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }
}
