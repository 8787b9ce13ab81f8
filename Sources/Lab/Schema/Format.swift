//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// A kind of text: what it is called, how it looks, and whether a text is one.
struct Format: Sendable {
    /// With an article, for messages: `a duration`.
    let name: String
    /// The looks as an ECMA-262 expression, for the JSON Schema. It accepts whatever ``problem`` accepts.
    let pattern: String?
    /// A value of the kind, for the JSON Schema and for hints.
    let example: String
    /// Whether line breaks may stand in it.
    let isMultiline: Bool
    /// Texts of the kind that editors may offer. Others are of the kind too.
    let known: @Sendable () -> [String]
    /// Why a text is none; `nil` when it is one.
    let problem: @Sendable (String) -> ValueProblem?

    init(
        _ name: String,
        pattern: String? = nil,
        example: String,
        isMultiline: Bool = false,
        known: @escaping @Sendable () -> [String] = { [] },
        problem: @escaping @Sendable (String) -> ValueProblem?
    ) {
        self.name = name
        self.pattern = pattern
        self.example = example
        self.isMultiline = isMultiline
        self.known = known
        self.problem = problem
    }

    /// A format whose texts are those for which `isValid` holds.
    init(
        _ name: String,
        pattern: String? = nil,
        example: String,
        hint: String? = nil,
        known: @escaping @Sendable () -> [String] = { [] },
        isValid: @escaping @Sendable (String) -> Bool
    ) {
        let words = hint ?? "for example \(example)"
        self.init(name, pattern: pattern, example: example, known: known) { text in
            isValid(text) ? nil : ValueProblem("is not \(name)", hint: words)
        }
    }
}

extension Format {
    /// Any text of one line.
    static let line = Format("text", example: "Kidd Lab") { _ in nil }

    /// Text of any number of lines.
    static let content = Format("text", example: "a line", isMultiline: true) { _ in nil }

    static let label = Format(
        "a DNS label",
        pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
        example: "ainur",
        hint: "at most 63 lower-case letters, digits and hyphens, no hyphen at either end",
        isValid: HostName.isLabel
    )

    static let dnsName = Format(
        "a DNS name",
        pattern: "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$",
        example: "kidd.network",
        problem: HostName.problem
    )

    /// A DNS name or an IP address.
    static let host = Format(
        "a host",
        pattern: "^[a-z0-9:]([a-zA-Z0-9.:-]*[a-zA-Z0-9:])?$",
        example: "nas.kidd.network"
    ) {
        IPAddress.bytes($0) == nil ? HostName.problem($0) : nil
    }

    /// A name that a certificate may hold: a host, `*.` and a DNS name, an e-mail address or a URI.
    static let certificateHost = Format(
        "a host, an e-mail address or a URI",
        pattern: "^\\S{1,2048}$",
        example: "nas.kidd.network"
    ) { text -> ValueProblem? in
        do throws(ValueProblem) {
            guard case .dns(let name) = try AlternativeName(text), text.contains(where: { $0.isUppercase }) else {
                return nil
            }
            return ValueProblem("has capital letters", hint: "write \(name)")
        } catch {
            return error
        }
    }

    /// An entry of `authority.permitted`.
    static let constraint = Format(
        "a DNS name or an address range",
        pattern: "^[a-z0-9:]([a-zA-Z0-9.:/-]*[a-zA-Z0-9:])?$",
        example: "kidd.network"
    ) { text in
        if let (bytes, _) = IPAddress.split(text) {
            return AddressRange(text) == nil ? hostBits(text, bytes) : nil
        }
        if text.contains("/") { return AddressRange(text) == nil ? notARange(text) : nil }
        if text.hasPrefix("*.") {
            return ValueProblem("is a wildcard", hint: "write \(text.dropFirst(2)); it covers all names below")
        }
        return HostName.problem(text)
    }

    static let address = Format(
        "an IP address",
        pattern: "^[0-9a-fA-F.:]+$",
        example: "192.168.1.66"
    ) { text in
        if IPAddress.bytes(text) != nil { return nil }
        if let (bytes, _) = IPAddress.split(text) {
            return ValueProblem("has a prefix length", hint: "write \(IPAddress.text(bytes))")
        }
        return ValueProblem("is not an IP address", hint: "for example 192.168.1.66")
    }

    /// A range of addresses, or a single one.
    static let range = Format("an address range", pattern: "^[0-9a-fA-F.:]+(/[0-9]{1,3})?$", example: "10.42.0.0/16") {
        text in
        if AddressRange(text) != nil { return nil }
        if let (bytes, _) = IPAddress.split(text) { return hostBits(text, bytes) }
        return notARange(text)
    }

    /// The address of an interface, or `dhcp`.
    static let interface = Format(
        "an address with its prefix length, or dhcp",
        pattern: "^(dhcp|[0-9a-fA-F.:]+/[0-9]{1,3})$",
        example: "192.168.1.70/24"
    ) { text in
        if text == "dhcp" || InterfaceAddress(text) != nil { return nil }
        if IPAddress.bytes(text) != nil {
            return ValueProblem("lacks the length of its network's prefix", hint: "for example \(text)/24")
        }
        return ValueProblem("is not an address with its prefix length", hint: "for example 192.168.1.70/24, or dhcp")
    }

    static let endpoint = Format(
        "an address and a port",
        pattern: "^(localhost|[0-9.]+|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$",
        example: "0.0.0.0:443",
        hint: "an IP address or localhost, a colon and a port: 0.0.0.0:443, [::]:443",
        isValid: { Endpoint($0) != nil }
    )

    static let duration = Format(
        "a duration",
        pattern: "^[0-9]{1,10}[smhdy]$",
        example: "90d",
        hint: "a whole number and one of s, m, h, d, y: 60s, 15m, 24h, 90d, 10y",
        isValid: { Duration(labText: $0) != nil }
    )

    private static func notARange(_ text: String) -> ValueProblem {
        ValueProblem("is not an address range", hint: "for example 192.168.1.0/24")
    }

    private static func hostBits(_ text: String, _ bytes: [UInt8]) -> ValueProblem {
        guard let (_, prefix) = IPAddress.split(text), let prefix else { return notARange(text) }
        let mask = AddressRange(bytes: bytes, prefix: prefix).mask
        let network = AddressRange(bytes: zip(bytes, mask).map { $0 & $1 }, prefix: prefix)
        return ValueProblem("has bits set beyond its prefix", hint: "write \(network)")
    }
}
