//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

extension Format {
    /// The version of a distribution; its exact shape is the distribution's own.
    static let clusterVersion = Format(
        "a version",
        pattern: "^v[0-9]+\\.[0-9]+\\.[0-9]+(-[A-Za-z0-9.-]+)?(\\+[A-Za-z0-9.-]+)?$",
        example: "v1.33.6+k3s1"
    ) { text in
        guard text.hasPrefix("v"), isVersion(text.dropFirst()) else {
            return ValueProblem("is not a version", hint: "pin it in full, for example v1.33.6+k3s1")
        }
        return nil
    }

    /// A pinned version of a chart.
    static let chartVersion = Format(
        "a version",
        pattern: "^v?[0-9]+\\.[0-9]+\\.[0-9]+(-[A-Za-z0-9.-]+)?(\\+[A-Za-z0-9.-]+)?$",
        example: "v1.19.4"
    ) { text in
        guard isVersion(text.hasPrefix("v") ? text.dropFirst() : text[...]) else {
            return ValueProblem("is not a pinned version", hint: "name all three numbers, for example v1.19.4")
        }
        return nil
    }

    /// What stands before the groups of tokens in the cluster.
    static let groupsPrefix = Format(
        "a prefix of groups",
        pattern: "^(?!system:)[^\\s,\"\\\\]+$",
        example: "oidc:"
    ) { text in
        // Without a prefix a token with the group system:masters would rule the cluster.
        if isSystemName(text) {
            return ValueProblem("begins with system:, which Kubernetes keeps for itself", hint: "for example oidc:")
        }
        let isPlain = !text.contains { $0.isWhitespace || $0 == "," || $0 == "\"" || $0 == "\\" }
        return isPlain ? nil : ValueProblem("has a space, comma, quote or backslash", hint: "for example oidc:")
    }

    /// The name of a Kubernetes object (a DNS subdomain).
    static let objectName = Format(
        "the name of a Kubernetes object",
        pattern: "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$",
        example: "lab-ca",
        hint: "lower-case letters, digits, hyphens and dots",
        isValid: { text in
            text.utf8.count <= 253
                && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
                    HostName.isLabel(String($0))
                }
        }
    )

    /// A key of a ConfigMap.
    static let dataKey = Format(
        "a key of a ConfigMap",
        pattern: "^[A-Za-z0-9._-]{1,253}$",
        example: "ca.crt",
        hint: "letters, digits, dots, hyphens and underscores",
        isValid: { text in
            (1...253).contains(text.utf8.count) && text != "." && text != ".."
                && text.utf8.allSatisfy { isLetterOrDigit($0) || "._-".utf8.contains($0) }
        }
    )

    /// A label with its value, `key=value`.
    static let objectLabel = Format(
        "a label with its value",
        pattern:
            "^([a-z0-9.-]+/)?[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?=([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$",
        example: "ainur.kidd.network/ca=inject",
        hint: "[prefix/]name=value, for example ainur.kidd.network/ca=inject",
        isValid: { Cluster.Label($0) != nil }
    )

    /// The name of an image registry, `host[:port]`, or `*` for all.
    static let registry = Format(
        "a registry",
        pattern: "^(\\*|[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?)$",
        example: "registry.kidd.network:5000",
        hint: "host or host:port, for example registry.kidd.network:5000",
        isValid: { text in
            guard text != "*" else { return true }
            guard let url = WebAddress("https://\(text)"), url.path.isEmpty, url.userInfo == nil else { return false }
            return url.query == nil && url.fragment == nil
                && (HostName.isDNSName(url.host) || IPAddress.bytes(url.host) != nil)
        }
    )

    /// Where an image registry answers.
    static let registryURL = Format(
        "the URL of a registry",
        pattern: "^https?://[^?#@\\s]+$",
        example: "https://registry.kidd.network:5000",
        isValid: { text in
            guard let url = WebAddress(text), url.scheme == "https" || url.scheme == "http" else { return false }
            return !url.host.isEmpty && url.userInfo == nil && url.query == nil && url.fragment == nil
        }
    )

    /// Where files are fetched from.
    static let downloadURL = Format(
        "an https URL",
        pattern: "^https://[^?#@\\s]+[^/?#@\\s]$",
        example: "https://mirror.kidd.network/k3s",
        hint: "https, without a slash at the end, for example https://mirror.kidd.network/k3s",
        isValid: { text in
            guard let url = WebAddress(text), url.scheme == "https", !text.hasSuffix("/") else { return false }
            return !url.host.isEmpty && url.userInfo == nil && url.query == nil && url.fragment == nil
        }
    )

    /// A SHA-256 digest.
    static let sha256 = Format(
        "a SHA-256 digest",
        pattern: "^[0-9a-f]{64}$",
        example: String(repeating: "0a", count: 32),
        hint: "64 hexadecimal digits in small letters, as sha256sum prints them",
        isValid: { text in
            text.utf8.count == 64
                && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        }
    )

    static let path = Format(
        "an absolute path",
        pattern: "^/[^\\n]*[^/\\n]$",
        example: "/etc/motd",
        hint: "it begins with a slash and has no .. in it, for example /etc/motd",
        isValid: { text in
            text.hasPrefix("/") && !text.hasSuffix("/") && !text.split(separator: "/").contains("..")
        }
    )

    /// `user:group` as cloud-init takes it.
    static let owner = Format(
        "an owner",
        pattern: "^[a-z_][a-z0-9_-]*(:[a-z_][a-z0-9_-]*)?$",
        example: "root:root",
        isValid: { text in
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            return parts.count <= 2
                && parts.allSatisfy { part in
                    guard let first = part.utf8.first else { return false }
                    return (first == 0x5F || (0x61...0x7A).contains(first))
                        && part.utf8.allSatisfy {
                            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "_-".utf8.contains($0)
                        }
                }
        }
    )

    static let permissions = Format(
        "permissions",
        pattern: "^[0-7]{4}$",
        example: "0644"
    ) { text in
        let isOctal = text.utf8.allSatisfy { (0x30...0x37).contains($0) }
        if isOctal, text.utf8.count == 4 { return nil }
        let hint = isOctal && text.utf8.count == 3 ? "write \"0\(text)\"" : "four octal digits in quotes: \"0644\""
        return ValueProblem("is not four octal digits", hint: hint)
    }

    /// A line of `authorized_keys` without options.
    static let sshKey = Format(
        "a public SSH key",
        pattern: "^(ssh-|ecdsa-|sk-)[a-z0-9@.-]+ [A-Za-z0-9+/]+=*( .*)?$",
        example: "ssh-ed25519 AAAA… admin@laptop"
    ) { text in
        let parts = text.split(separator: " ")
        guard parts.count >= 2, sshTypes.contains(String(parts[0])), parts[1].hasPrefix("AAAA"),
            parts[1].utf8.allSatisfy({ isLetterOrDigit($0) || "+/=".utf8.contains($0) })
        else {
            return ValueProblem(
                "is not a public SSH key",
                hint: "the one line of a .pub file: ssh-ed25519 AAAA… name"
            )
        }
        return nil
    }

    private static var sshTypes: [String] {
        [
            "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
            "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
        ]
    }

    /// Three numbers, then a pre-release and a build part (Semantic Versioning 2.0.0).
    private static func isVersion(_ text: Substring) -> Bool {
        let build = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        guard let core = build.first else { return false }
        let release = core.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let numbers = release.first else { return false }
        let parts = numbers.split(separator: ".", omittingEmptySubsequences: false)
        let isNumeric = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.count <= 6 && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        return parts.count == 3 && isNumeric && (release.dropFirst() + build.dropFirst()).allSatisfy(isTail)
    }

    private static func isTail(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { isLetterOrDigit($0) || ".-".utf8.contains($0) }
    }
}
