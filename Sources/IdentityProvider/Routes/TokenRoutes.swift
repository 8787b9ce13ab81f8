//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
import OIDC
import Support

/// Token, revocation, introspection and userinfo endpoints.
struct TokenRoutes: Sendable {
    let app: IdentityProviderApp

    func add(to router: Router<ProviderContext>) {
        router.post(app.path(.token)) { request, context in try await token(request, context) }
        router.post(app.path(.revocation)) { request, context in try await revoke(request, context) }
        router.post(app.path(.introspection)) { request, context in try await introspect(request, context) }
        router.get(app.path(.userInfo)) { request, context in try await userInfo(request, context) }
        router.post(app.path(.userInfo)) { request, context in try await userInfo(request, context) }
        for endpoint in [ProviderEndpoint.token, .revocation, .introspection, .deviceAuthorization] {
            router.get(app.path(endpoint)) { _, context in try await onlyPost(context) }
        }
        for endpoint in [ProviderEndpoint.token, .revocation] {
            router.on(app.path(endpoint), method: .options) { _, _ in app.json.preflight(methods: "POST") }
        }
        router.on(app.path(.userInfo), method: .options) { _, _ in app.json.preflight(methods: "GET, POST") }
    }

    private func token(_ request: Request, _ context: ProviderContext) async throws -> Response {
        try await app.json.answering(.basic, context) {
            let answer = try await TokenEndpoint(app.settings).answer(
                try await request.formParameters(),
                authorization: request.headers[values: .authorization],
                at: app.clock.now
            )
            return try app.json.response(answer.json)
        }
    }

    private func revoke(_ request: Request, _ context: ProviderContext) async throws -> Response {
        try await app.json.answering(.basic, context) {
            try await RevocationEndpoint(app.settings).revoke(
                try await request.formParameters(),
                authorization: request.headers[values: .authorization],
                at: app.clock.now
            )
            return app.json.empty()
        }
    }

    private func introspect(_ request: Request, _ context: ProviderContext) async throws -> Response {
        try await app.json.answering(.basic, context) {
            let answer = try await IntrospectionEndpoint(app.settings).answer(
                try await request.formParameters(),
                authorization: request.headers[values: .authorization],
                at: app.clock.now
            )
            return try app.json.response(answer)
        }
    }

    private func userInfo(_ request: Request, _ context: ProviderContext) async throws -> Response {
        try await app.json.answering(.bearer, context) {
            let token = try await bearer(request)
            let claims = try await UserInfoEndpoint(app.settings).claims(accessToken: token, at: app.clock.now)
            return try app.json.response(.object(claims))
        }
    }

    /// The access token of a request: in the header, or in the form that is its body, never in the address
    /// (RFC 6750, section 2; RFC 9700, section 4.3.2).
    private func bearer(_ request: Request) async throws -> String {
        guard try request.queryParameters()["access_token"] == nil else {
            throw OAuthError(.invalidRequest, "an access token does not belong in an address")
        }
        var tokens = try request.headers[values: .authorization].map { header in
            let words = header.split(separator: " ")
            guard words.count == 2, words[0].lowercased() == "bearer" else {
                throw OAuthError(.invalidToken, "the Authorization header is not a Bearer one")
            }
            return String(words[1])
        }
        if request.method == .post, request.headers[.contentType]?.hasPrefix("application/x-www-form") == true {
            tokens += try await request.formParameters().pairs.filter { $0.name == "access_token" }.map(\.value)
        }
        guard tokens.count <= 1 else {
            throw OAuthError(.invalidRequest, "the access token was sent more than once")
        }
        guard let token = tokens.first else { throw OAuthError(.invalidToken, "there is no access token") }
        return token
    }

    private func onlyPost(_ context: ProviderContext) async throws -> Response {
        var response = try await app.json.answering(.basic, context) {
            throw HTTPError(.methodNotAllowed)
        }
        response.headers[.allow] = "POST"
        return response
    }
}
