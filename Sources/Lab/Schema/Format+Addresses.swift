//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

extension Format {
    /// An issuer identifier. What kube-apiserver and OpenID Connect Discovery 1.0 (section 3) demand: it is compared
    /// byte for byte, so there is one spelling.
    static let issuer = Format(
        "an issuer",
        pattern: "^https://[^/?#@\\sA-Z]+(/[^?#\\s]*[^/?#\\s])?$",
        example: "https://dex.kidd.network"
    ) { text in
        guard let url = WebAddress(text), !url.host.isEmpty else {
            return ValueProblem("is not a URL", hint: "for example https://dex.kidd.network")
        }
        guard url.scheme == "https", text.hasPrefix("https://") else {
            return ValueProblem(
                "does not begin with https://, and the Kubernetes API server refuses to start with such an issuer",
                hint: "for example https://\(url.host)"
            )
        }
        if url.userInfo != nil { return ValueProblem("holds a user name", hint: "remove what stands before @") }
        if url.query != nil || url.fragment != nil {
            return ValueProblem("has a query or a fragment, which no issuer may have", hint: "end it before ? and #")
        }
        if text.hasSuffix("/") {
            return ValueProblem(
                "ends with a slash; issuers are compared byte for byte, and some clients add or drop that slash",
                hint: "write \(trimmed(text))"
            )
        }
        if url.path.contains("//") || url.path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) {
            return ValueProblem("has a path that clients would rewrite", hint: "use a plain path")
        }
        return hostProblem(url)
    }

    /// The base URL of an app: scheme and host alone, since the preset adds the paths.
    static let origin = Format(
        "the URL of an app",
        pattern: "^https?://[^/?#@\\sA-Z]+$",
        example: "https://grafana.kidd.network"
    ) { text in
        guard let url = webURL(text) else {
            return ValueProblem("is not a URL", hint: "for example https://grafana.kidd.network")
        }
        if let problem = insecure(url) { return problem }
        if !url.path.isEmpty || url.query != nil || url.fragment != nil || url.userInfo != nil {
            let port = url.port.map { ":\($0)" } ?? ""
            let host = url.host.contains(":") ? "[\(url.host)]" : url.host
            return ValueProblem(
                "is more than scheme and host; the app's own paths are appended to it",
                hint: "write \(url.scheme)://\(host.lowercased())\(port)"
            )
        }
        return hostProblem(url)
    }

    /// `authority.url`.
    static let authorityURL = Format(
        "a plain HTTP URL",
        pattern: "^http://[^?#@\\s]*[^/?#@\\s]$",
        example: "http://pki.kidd.network"
    ) { text in
        guard let url = webURL(text) else {
            return ValueProblem("is not a URL", hint: "for example http://pki.kidd.network")
        }
        guard text.hasPrefix("http://") else {
            return ValueProblem(
                "is not plain HTTP: who checks a certificate must not need another one to do so",
                hint: "write http://\(url.host)"
            )
        }
        if url.query != nil || url.fragment != nil || url.userInfo != nil {
            return ValueProblem("has more than host and path", hint: "for example http://pki.kidd.network")
        }
        if text.hasSuffix("/") { return ValueProblem("ends with a slash", hint: "write \(trimmed(text))") }
        return hostProblem(url)
    }

    /// The base URL of an upstream provider.
    static let upstream = Format(
        "a URL",
        pattern: "^https?://[^?#@\\s]+$",
        example: "https://forge.kidd.network"
    ) { text in
        guard let url = webURL(text) else {
            return ValueProblem("is not a URL", hint: "for example https://forge.kidd.network")
        }
        if let problem = insecure(url) { return problem }
        if url.query != nil || url.fragment != nil || url.userInfo != nil {
            return ValueProblem("has more than host and path", hint: "for example https://forge.kidd.network")
        }
        return hostProblem(url)
    }

    /// A redirect URI (RFC 6749, section 3.1.2; RFC 8252, section 7; RFC 9700, section 2.1).
    static let redirectURI = Format(
        "a redirect URI",
        pattern: "^[A-Za-z][A-Za-z0-9+.-]*:[^\\s#*]+$",
        example: "https://wiki.kidd.network/callback"
    ) { text in
        if let problem = wildcardOrFragment(text) { return problem }
        guard let url = WebAddress(text), !dangerousSchemes.contains(url.scheme) else {
            return ValueProblem("is not an absolute URI", hint: "for example https://wiki.kidd.network/callback")
        }
        if url.userInfo != nil { return ValueProblem("holds a user name", hint: "remove what stands before @") }
        guard url.scheme == "https" || url.scheme == "http" else {
            let hasRest = !url.path.isEmpty || !url.host.isEmpty
            return hasRest ? nil : ValueProblem("has nothing after its scheme", hint: "for example com.example.app:/cb")
        }
        if url.host.isEmpty {
            return ValueProblem("has no host", hint: "for example https://wiki.kidd.network/callback")
        }
        if let problem = insecure(url) { return problem }
        if url.path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) {
            return ValueProblem("has a path that browsers would rewrite", hint: "use a plain path")
        }
        return nil
    }

    /// Where logout tokens are sent (OpenID Connect Back-Channel Logout 1.0, section 2.2).
    static let backchannel = Format(
        "a back-channel logout URI",
        pattern: "^https?://[^\\s#*]+$",
        example: "https://wiki.kidd.network/logout"
    ) { text in
        if let problem = wildcardOrFragment(text) { return problem }
        guard let url = webURL(text), url.userInfo == nil else {
            return ValueProblem("is not a URL", hint: "for example https://wiki.kidd.network/logout")
        }
        return insecure(url)
    }

    private static var dangerousSchemes: [String] {
        ["javascript", "data", "vbscript", "file", "about", "blob", "filesystem", "view-source", "ws", "wss", "ftp"]
    }

    private static func wildcardOrFragment(_ text: String) -> ValueProblem? {
        if text.contains("*") {
            return ValueProblem("has a wildcard; redirect URIs are compared exactly", hint: "list each URI")
        }
        if let hash = text.firstIndex(of: "#") {
            return ValueProblem("has a fragment", hint: "write \(text[..<hash])")
        }
        return nil
    }

    private static func webURL(_ text: String) -> WebAddress? {
        guard let url = WebAddress(text), url.scheme == "https" || url.scheme == "http", !url.host.isEmpty else {
            return nil
        }
        return url
    }

    private static func insecure(_ url: WebAddress) -> ValueProblem? {
        guard url.scheme == "http", !url.isLoopback else { return nil }
        return ValueProblem("is plain HTTP, which only loopback hosts may use", hint: "begin it with https://")
    }

    private static func hostProblem(_ url: WebAddress) -> ValueProblem? {
        if IPAddress.bytes(url.host) != nil { return nil }
        return HostName.problem(url.host).map { ValueProblem("has a host that \($0.message)", hint: $0.hint) }
    }

    private static func trimmed(_ text: String) -> String {
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }
}
