//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Testing

@testable import Lab

@Suite struct PresetTests {
    @Test(arguments: [
        ("headlamp", ["https://a.test/oidc-callback"]), ("argocd", ["https://a.test/auth/callback"]),
        ("grafana", ["https://a.test/login/generic_oauth"]),
        ("forgejo", ["https://a.test/user/oauth2/kindling/callback"]),
        ("gitea", ["https://a.test/user/oauth2/kindling/callback"]),
        ("miniflux", ["https://a.test/oauth2/oidc/callback"]),
        ("zot", ["https://a.test/zot/auth/callback/oidc"]), ("dex", ["https://a.test/callback"]),
        ("kubernetes", ["http://localhost:8000", "http://localhost:18000"]),
    ])
    func `each app has its redirect URIs`(app: String, uris: [String]) throws {
        let url = app == "kubernetes" ? "" : ", url: https://a.test"
        let lab = try Fixture.lab(adding: "clients: [{app: \(app)\(url)}]")
        let client = try #require(lab.client(app))
        #expect(client.app?.id == app)
        #expect(client.redirectURIs == uris)
        #expect(client.scopes.first == "openid")
        #expect(client.name == client.app?.name)
        #expect(client.grants.contains(.authorizationCode))
        #expect(client.isPublic == (app == "kubernetes"))
        #expect(client.requiresPKCE || !client.isPublic)
        #expect(lab.client(of: app) == client)
    }

    @Test func `every redirect URI of a preset is one that lab.yaml would take`() {
        #expect(AppTable.standard.apps.count == 9)
        for preset in AppTable.standard.apps.values {
            let uris =
                preset.redirectURIs + (preset.redirectPaths + preset.postLogoutPaths).map { "https://a.test" + $0 }
            for uri in uris { #expect(Format.redirectURI.problem(uri) == nil, "\(uri)") }
            #expect(preset.redirectURIs.isEmpty != preset.redirectPaths.isEmpty)
        }
    }

    @Test func `an app of several hosts has the redirect URIs of each`() throws {
        let lab = try Fixture.lab(adding: "clients: [{app: grafana, urls: [https://a.test, https://b.test:3000]}]")
        let client = try #require(lab.client("grafana"))
        #expect(client.urls == ["https://a.test", "https://b.test:3000"])
        #expect(
            client.redirectURIs == [
                "https://a.test/login/generic_oauth", "https://b.test:3000/login/generic_oauth",
            ]
        )
        #expect(client.postLogoutRedirectURIs == ["https://a.test/login", "https://b.test:3000/login"])
        #expect(client.requiresPKCE)
    }

    @Test func `what a preset does not settle can be said`() throws {
        let lab = try Fixture.lab(
            adding: """
                clients:
                  - app: argocd
                    id: argo
                    name: Deployments
                    url: https://a.test
                    consent: ask
                    groups: [cluster-admins]
                    roles: {admin: [cluster-admins], "role:readonly": []}
                    algorithm: ES256
                    postLogoutRedirectURIs: [https://a.test/bye]
                    backchannelLogoutURI: https://a.test/logout
                """
        )
        let client = try #require(lab.client("argo"))
        #expect(client.name == "Deployments")
        #expect(client.consent == .ask)
        #expect(client.groups == ["cluster-admins"])
        #expect(client.algorithm == .es256)
        #expect(client.postLogoutRedirectURIs == ["https://a.test/bye"])
        #expect(client.backchannelLogoutURI == "https://a.test/logout")
        #expect(
            client.roles == [
                .init(name: "admin", groups: ["cluster-admins"]), .init(name: "role:readonly", groups: []),
            ]
        )
    }
}
