//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Testing

@testable import Lab

extension RuleTests {
    static let clients: [Case] = [
        .client("id: a", "clients[0] needs redirectURIs"),
        .client("redirectURIs: [https://a.test/cb]", "clients[0] needs id, or app"),
        .client("id: a, redirectURIs: ['https://*.a.test/cb']", "has a wildcard", hint: "list each"),
        .client("id: a, redirectURIs: ['https://a.test/cb#x']", "has a fragment", hint: "https://a.test/cb"),
        .client("id: a, redirectURIs: [http://a.test/cb]", "is plain HTTP"),
        .client("id: a, redirectURIs: [/cb]", "is not an absolute URI"),
        .client("id: a, public: true, redirectURIs: ['javascript:alert(1)']", "is not an absolute URI"),
        .client("id: a, public: true, redirectURIs: ['data:text/html,x']", "is not an absolute URI"),
        .client("id: a, redirectURIs: ['https://a.test@b.test/cb']", "holds a user name"),
        .client("id: a, redirectURIs: ['https://a.test/x/../cb']", "a path that browsers would rewrite"),
        .client("id: a, redirectURIs: ['com.example.a:/cb']", "only public clients may"),
        .client("id: a, redirectURIs: [\"https://a.test/cb\\r\\nX: y\"]", "line break or control character"),
        .client("id: a, redirectURIs: [https://a.test/cb, https://a.test/cb]", "stands there twice"),
        .client("id: a, public: true, grants: [client_credentials]", "it has no credentials"),
        .client("id: a, redirectURIs: [https://a.test/cb], grants: [password]", "is none of authorization_code"),
        .client(
            "id: a, redirectURIs: [https://a.test/cb], grants: [authorisation_code]",
            "is none of",
            hint: "did you mean authorization_code?"
        ),
        .client("id: a, redirectURIs: [https://a.test/cb], roles: {x: [cluster-admins]}", "has no effect without app"),
        .client("id: a b, redirectURIs: [https://a.test/cb]", "is not a client id"),
        .client("app: argocd", "needs url, from which the redirect URIs of argocd follow"),
        .client("app: argo, url: https://a.test", "clients[0].app names no app", hint: "did you mean argocd?"),
        .client("app: argocd, url: https://a.test/", "is more than scheme and host", hint: "write https://a.test"),
        .client(
            "app: argocd, url: https://a.test/argo",
            "the app's own paths are appended",
            hint: "write https://a.test"
        ),
        .client("app: argocd, url: http://a.test", "is plain HTTP"),
        .client("app: argocd, url: https://a.test, urls: [https://b.test]", "only one of url or urls"),
        .client(
            "app: argocd, url: https://a.test, redirectURIs: [https://a.test/x]",
            "is settled by the preset of app"
        ),
        .client("app: kubernetes, url: https://a.test", "needs no url"),
        .client(
            "app: grafana, url: https://a.test, roles: {admin: [cluster-admins]}",
            "does not have",
            hint: "did you mean Admin?"
        ),
        .client(
            "app: headlamp, url: https://a.test, roles: {admin: [cluster-admins]}",
            "headlamp has no roles",
            hint: "kubernetes"
        ),
        .client(
            "app: kubernetes}, {app: kubernetes",
            "clients[1].id is already that of clients[0]",
            hint: "kubernetes-2"
        ),
        .client("app: kubernetes, clientSecret: hunter2", "secrets live in the state", hint: "kindling client set ID"),
        .client("id: a, redirectURIs: [https://a.test/cb], secret: hunter2", "secrets live in the state"),
        .client("id: a, redirectURIs: [https://a.test/cb], backchannelLogoutURI: http://a.test", "is plain HTTP"),
        .client(
            "id: a, redirectURI: [https://a.test/cb], grants: [device_code]",
            "redirectURI is not known",
            hint: "redirectURIs?"
        ),
        .warn(
            "clients: [{app: argocd, url: https://a.test, roles: {admin: [cluster-admin]}}]",
            "a group that no user has",
            hint: "did you mean cluster-admins?"
        ),
        .warn("clients: [{app: argocd, url: https://a.test, groups: [people]}]", "clients[0].groups[0] names a group"),
        .warn(
            "clients: [{id: a, redirectURIs: [https://a.test/cb], grants: [device_code]}]",
            "has no effect without the grant"
        ),
        .warn("clients: [{id: a, grants: [client_credentials, refresh_token]}]", "no grant that gives a refresh token"),
    ]

    @Test(arguments: clients) func `clients that could not sign anybody in are refused`(example: Case) {
        judge(example)
    }

    @Test(arguments: [
        "http://127.0.0.1/cb", "http://localhost:8000", "http://[::1]:7/cb", "https://a.test/cb?x=1",
        "https://a.test", "com.example.app:/cb", "app.immich:///oauth-callback",
    ]) func `redirect URIs of every honest kind are taken`(uri: String) {
        let text = "clients: [{id: a, public: true, redirectURIs: ['\(uri)']}]"
        #expect(Fixture.findings(adding: text).map(\.description) == [])
    }
}
