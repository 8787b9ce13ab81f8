//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

extension Format {
    /// Letters, digits and some signs, beginning and ending with a letter or digit; for what becomes a file name.
    static let name = word("a name", "._-", upTo: 63, example: "nas")

    static let clientID = word("a client id", "._-", upTo: 63, example: "wiki")

    static let username = word("a user name", "._-", upTo: 63, example: "admin")

    /// Whether a user name is one that `useradd` takes, and neither root's nor the one by which cloud-init means the
    /// image's own user (canonical/cloud-init, cloudinit/distros/ug_util.py).
    static func isUnixName(_ text: String) -> Bool {
        guard let first = text.utf8.first, (1...32).contains(text.utf8.count), !["root", "default"].contains(text)
        else { return false }
        return (first == 0x5F || (0x61...0x7A).contains(first))
            && text.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F || $0 == 0x2D
            }
    }

    static let connectorID = word("a connector id", "_-", upTo: 63, example: "forgejo")

    static let interfaceName = word("a network interface", "._-", upTo: 15, example: "eth0")

    static let packageName = Format(
        "a package",
        pattern: "^[A-Za-z0-9][A-Za-z0-9.+:=~_-]*$",
        example: "nfs-common",
        isValid: { text in
            guard let first = text.utf8.first, isLetterOrDigit(first) else { return false }
            return text.utf8.allSatisfy { isLetterOrDigit($0) || ".+:=~_-".utf8.contains($0) }
        }
    )

    /// The name of a secret in the state. Its message never repeats the text, which may be the secret itself.
    static let secretName = Format(
        "the name of a secret in the state",
        pattern: "^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$",
        example: "forgejo-client-secret",
        hint: "lower-case letters, digits, dots and hyphens; the secret itself is given by: kindling secret set NAME",
        isValid: { text in
            text.utf8.count <= 63 && word(text, signs: ".-") && !text.contains { $0.isUppercase }
        }
    )

    static let email = Format(
        "an e-mail address",
        pattern: "^[a-z0-9._%+-]+@[a-z0-9]([a-z0-9.-]*[a-z0-9])?$",
        example: "admin@kidd.network"
    ) { text in
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, text.utf8.count <= 254,
            parts[0].utf8.allSatisfy({ isLetterOrDigit($0) || "._%+-".utf8.contains($0) })
        else { return ValueProblem("is not an e-mail address", hint: "for example admin@kidd.network") }
        // One spelling, since the address is a user name in Kubernetes, where letter case counts.
        if text.contains(where: { $0.isUppercase }) {
            return ValueProblem("has capital letters", hint: "write \(text.lowercased())")
        }
        return HostName.problem(String(parts[1])).map {
            ValueProblem("is not an e-mail address: its host \($0.message)", hint: "for example admin@kidd.network")
        }
    }

    /// The name of a group. `system:` names are Kubernetes' own: a token with `system:masters` would rule the
    /// cluster.
    static let group = Format(
        "a group",
        pattern: "^(?!system:)[^\\s,\"\\\\]([^,\"\\\\\\n]*[^\\s,\"\\\\])?$",
        example: "cluster-admins"
    ) { text in
        if isSystemName(text) {
            return ValueProblem("begins with system:, which Kubernetes keeps for itself", hint: "choose another name")
        }
        guard text.utf8.count <= 128, text.first?.isWhitespace == false, text.last?.isWhitespace == false,
            !text.contains(where: { $0 == "," || $0 == "\"" || $0 == "\\" })
        else {
            return ValueProblem(
                "is not a group",
                hint: "at most 128 characters, no comma, quote or backslash, no space at either end"
            )
        }
        return nil
    }

    /// A role of an app; it becomes part of policies and expressions.
    static let role = word("a role", "._:-", upTo: 63, example: "admin")

    /// The identity of a user below `sub`, which holds at most 255 characters (OpenID Connect Core 1.0, section 2).
    static let userID = Format(
        "a user id",
        pattern: "^[!-~]{1,128}$",
        example: "0001",
        hint: "1 to 128 characters of ASCII without spaces",
        isValid: { (1...128).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }
    )

    static let mac = Format(
        "a MAC address",
        pattern: "^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$",
        example: "dc:a6:32:01:02:03"
    ) { text in
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 6, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy(isHex) }) { return nil }
        let digits = text.filter { $0 != ":" && $0 != "-" && $0 != "." }
        guard digits.utf8.count == 12, digits.utf8.allSatisfy(isHex) else {
            return ValueProblem("is not a MAC address", hint: "for example dc:a6:32:01:02:03")
        }
        let bytes = stride(from: 0, to: 12, by: 2).map { String(digits.dropFirst($0).prefix(2)) }
        return ValueProblem(
            "is not a MAC address with colons",
            hint: "write \(bytes.joined(separator: ":").lowercased())"
        )
    }

    static let uuid = Format(
        "a UUID",
        pattern: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
        example: "4c4c4544-0042-3510-8051-b4c04f564432",
        isValid: { text in
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            return parts.map(\.utf8.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.utf8.allSatisfy(isHex) }
        }
    )

    static let serial = word("a serial number", "._-", upTo: 64, example: "10000000deadbeef")

    /// Whether Kubernetes keeps a name for itself; letter case does not help.
    static func isSystemName(_ text: String) -> Bool { text.lowercased().hasPrefix("system:") }

    private static func word(_ name: String, _ signs: String, upTo length: Int, example: String) -> Format {
        let set = signs.replacing("-", with: "") + "-"
        return Format(
            name,
            pattern: "^[A-Za-z0-9]([A-Za-z0-9\(set)]{0,\(length - 2)}[A-Za-z0-9])?$",
            example: example,
            hint: "at most \(length) letters, digits and \(signs.map(String.init).joined(separator: " ")), "
                + "a letter or digit at both ends"
        ) { text in
            text.utf8.count <= length && word(text, signs: signs)
        }
    }

    private static func word(_ text: String, signs: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        return isLetterOrDigit(first) && isLetterOrDigit(last)
            && text.utf8.allSatisfy { isLetterOrDigit($0) || signs.utf8.contains($0) }
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }

    static func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }
}
