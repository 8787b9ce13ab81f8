//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// What is known of an app as a relying party, so that lab.yaml need not say it: the `app.yaml` of its folder of
/// templates.
package struct App: Sendable, Hashable {
    /// Name of its folder below `apps/`, and what `app` in lab.yaml says.
    package var id: String
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
    /// Whether the API server takes its ID tokens.
    package var reachesAPIServer = false
    /// How the app takes its client secret, in words.
    package var secretForm = ""
    /// How the app comes to trust the lab's authority, in words.
    package var trustForm = ""
    /// What makes the app take a new secret or root, in words.
    package var reload = ""
    /// Secrets that its outputs carry beside the client secret.
    package var secrets: [OwnSecret] = []

    /// Roles of an app.
    package enum Roles: Sendable, Hashable {
        /// It has none of its own.
        case none
        /// These alone, the strongest first.
        case known([String])
        /// Whatever its operator defines.
        case any
    }

    /// A secret of the app itself, for example the password of its local administrator.
    package struct OwnSecret: Sendable, Hashable {
        /// Name in the state, and of the variable in templates.
        package var name: String
        /// Whether outputs carry its bcrypt hash.
        package var isHashed: Bool
    }

    /// Whether it has base URLs.
    package var hasURL: Bool { redirectURIs.isEmpty }

    /// The app that is the cluster itself, seen from kubectl.
    package static let kubernetes = "kubernetes"
}

/// A chart that a cluster can install: the `chart.yaml` of its folder of templates.
package struct ChartSource: Sendable, Hashable {
    /// Name of its folder below `apps/`, its release, and its key in `cluster.components`.
    package var id: String
    /// URL of its repository, `https://` or `oci://`.
    package var repository: String
    /// Name in the repository.
    package var chart: String
    package var namespace: String
    /// Its place in the order of manifests, 10 to 89.
    package var number: Int
    /// What its Ingress leads to; `nil` for what people do not visit.
    package var service: Service?

    /// A Service of the chart's.
    package struct Service: Sendable, Hashable {
        package var name: String
        package var port: Int
    }
}
