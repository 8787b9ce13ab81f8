//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// What is known of an app as a relying party, so that lab.yaml need not say it.
package struct ClientPreset: Sendable, Hashable {
    /// Name that people see.
    package var name: String
    /// Appended to each base URL.
    package var redirectPaths: [String] = []
    /// Redirect URIs that no base URL has a part in.
    package var redirectURIs: [String] = []
    /// Appended to each base URL; an empty one is the URL itself.
    package var postLogoutPaths: [String] = ["/"]
    package var scopes: [String] = ["openid", "profile", "email", "groups"]
    package var isPublic = false
    /// Whether the app always sends a code challenge, so that one can be demanded.
    package var requiresPKCE = false
    package var grants: [Grant] = [.authorizationCode, .refreshToken]
    /// What `roles` may name.
    package var roles = Roles.none

    /// Roles of an app.
    package enum Roles: Sendable, Hashable {
        /// It has none of its own.
        case none
        /// These alone.
        case known([String])
        /// Whatever its operator defines.
        case any
    }

    /// Whether it has base URLs.
    package var hasURL: Bool { redirectURIs.isEmpty }
}

extension App {
    /// The authentication source's name in Forgejo and Gitea, part of their redirect path.
    package static let forgeSource = "kindling"

    /// The preset of the app.
    package var preset: ClientPreset {
        switch self {
        case .headlamp:
            ClientPreset(
                name: "Headlamp",
                redirectPaths: ["/oidc-callback"],
                // With a refresh token it renews its session before the ID token ends.
                scopes: ["openid", "profile", "email", "groups", "offline_access"],
                requiresPKCE: true
            )
        case .argocd:
            // Its own PKCE depends on version and setting; it has a secret, and what it sends is verified anyway.
            ClientPreset(
                name: "Argo CD",
                redirectPaths: ["/auth/callback"],
                postLogoutPaths: ["", "/"],
                roles: .any
            )
        case .grafana:
            ClientPreset(
                name: "Grafana",
                redirectPaths: ["/login/generic_oauth"],
                postLogoutPaths: ["/login"],
                scopes: ["openid", "profile", "email", "groups", "offline_access"],
                requiresPKCE: true,
                roles: .known(["None", "Viewer", "Editor", "Admin", "GrafanaAdmin"])
            )
        case .forgejo, .gitea:
            ClientPreset(
                name: self == .gitea ? "Gitea" : "Forgejo",
                redirectPaths: ["/user/oauth2/\(Self.forgeSource)/callback"],
                roles: .known(["admin", "restricted"])
            )
        case .miniflux:
            ClientPreset(
                name: "Miniflux",
                redirectPaths: ["/oauth2/oidc/callback"],
                scopes: ["openid", "profile", "email"],
                requiresPKCE: true
            )
        case .zot:
            ClientPreset(name: "Zot", redirectPaths: ["/zot/auth/callback/oidc"], roles: .known(["admin"]))
        case .dex:
            ClientPreset(name: "Dex", redirectPaths: ["/callback"])
        case .kubernetes:
            // kubelogin listens on the second port where the first is taken.
            ClientPreset(
                name: "Kubernetes",
                redirectURIs: ["http://localhost:8000", "http://localhost:18000"],
                postLogoutPaths: [],
                scopes: ["openid", "profile", "email", "groups", "offline_access"],
                isPublic: true,
                requiresPKCE: true,
                // Where there is no browser, kubelogin shows a code.
                grants: [.authorizationCode, .refreshToken, .deviceCode],
                roles: .any
            )
        }
    }
}
