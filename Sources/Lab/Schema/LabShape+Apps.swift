//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

extension LabShape {
    /// `apps/NAME/app.yaml` of the templates.
    static let app = ObjectShape(
        [
            Key("name", .text(.line), required: true, "Name that people see."),
            Key("redirectPaths", .list(.text(.urlPath)), "Appended to each base URL."),
            Key("redirectURIs", .list(.text(.redirectURI)), "Redirect URIs that no base URL has a part in."),
            Key("postLogoutPaths", .list(.text(.urlPathOrNothing)), "Where the app sends people who have signed out."),
            Key("scopes", .list(.text(.scope), atLeast: 1), "What the app asks for."),
            Key("public", .boolean, "Whether it has no secret."),
            Key("pkce", .boolean, "Whether the app always sends a code challenge, so that one is demanded."),
            Key("grants", .list(.choice(Grant.words), atLeast: 1), "Grant types."),
            Key("roles", .list(.text(.role), atLeast: 1), "The roles that it has, the strongest first."),
            Key("anyRole", .boolean, "Whether its operator defines roles."),
            Key("apiServer", .boolean, "Whether the API server takes its ID tokens."),
            Key("secretForm", .text(.line), required: true, "How the app takes its client secret, in words."),
            Key("trustForm", .text(.line), required: true, "How it comes to trust the lab's authority, in words."),
            Key("reload", .text(.line), required: true, "What makes it take a new secret or root, in words."),
            Key("secrets", .list(.object(appSecret), atLeast: 0, isUnique: false), "Secrets of its own."),
        ],
        rules: [.atMostOne(["roles", "anyRole"]), .atMostOne(["redirectPaths", "redirectURIs"])]
    )

    static let appSecret = ObjectShape([
        Key("name", .text(.secretName), required: true, "Its name in the state."),
        Key("hashed", .boolean, "Whether outputs carry its bcrypt hash."),
    ])

    /// `apps/NAME/chart.yaml` of the templates.
    static let chart = ObjectShape([
        Key("repository", .text(.chartRepository), required: true, "URL of its repository."),
        Key("chart", .text(.name), required: true, "Its name in the repository."),
        Key("namespace", .text(.label), "Where it is installed; the folder's name where absent."),
        Key("number", .integer(10...89), "Its place in the order of manifests, 60 where absent."),
        Key("service", .object(chartService), "What its Ingress leads to."),
    ])

    static let chartService = ObjectShape([
        Key("name", .text(.label), required: true, "Name of the Service."),
        Key("port", .integer(1...65_535), "Its port, 80 where absent."),
    ])
}

extension Format {
    /// A path of a URL, as it is appended to a base URL.
    static let urlPath = Format(
        "a path",
        pattern: "^/[^?#\\s]*$",
        example: "/oauth2/callback",
        isValid: { redirectURI.problem("https://app.test" + $0) == nil && $0.hasPrefix("/") }
    )

    /// A path of a URL, or nothing for the URL itself.
    static let urlPathOrNothing = Format("a path", example: "/", isMultiline: true) { text in
        text.isEmpty ? nil : urlPath.problem(text)
    }

    /// A scope token (RFC 6749, section 3.3).
    static let scope = Format(
        "a scope",
        pattern: "^[!#-\\[\\]-~]+$",
        example: "openid",
        isValid: { $0.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C } }
    )

    /// Where a Helm chart is found.
    static let chartRepository = Format(
        "the URL of a chart repository",
        pattern: "^(https|oci)://[^?#@\\s]+$",
        example: "https://charts.jetstack.io",
        isValid: { text in
            guard let url = WebAddress(text), url.scheme == "https" || url.scheme == "oci" else { return false }
            return !url.host.isEmpty && url.userInfo == nil && url.query == nil && url.fragment == nil
        }
    )

    /// The name of an app's folder of templates.
    static let appName = Format(
        "the name of an app",
        pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
        example: "grafana",
        known: { AppTable.standard.names },
        isValid: HostName.isLabel
    )

    /// The name of what a cluster installs.
    static let componentName = Format(
        "the name of a component",
        pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
        example: "cert-manager",
        known: { AppTable.standard.components },
        isValid: HostName.isLabel
    )
}
