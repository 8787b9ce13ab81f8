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

/// Logout, begun by a relying party or by the user (OpenID Connect RP-Initiated Logout 1.0).
struct LogoutRoutes: Sendable {
    let app: IdentityProviderApp

    private static let signOut = "sign out"

    func add(to router: Router<ProviderContext>) {
        router.get(app.path(.endSession)) { request, _ in try await logout(try request.queryParameters(), request) }
        router.post(app.path(.endSession)) { request, _ in
            // As at the authorization endpoint: the redirect brings the cookie along.
            let query = FormEncoding.encode(try await request.formParameters().pairs)
            guard query.utf8.count <= AuthorizationRequest.lengthLimit else {
                throw OAuthError(.invalidRequest, "the request is too long")
            }
            return app.redirect(to: app.address(.endSession) + "?" + query)
        }
        router.post(app.path(.endSession, "confirm")) { request, context in try await confirm(request, context) }
    }

    private func logout(_ parameters: RequestParameters, _ request: Request) async throws -> Response {
        let now = app.clock.now
        let current = try await app.sessions.current(BrowserCookies.value(BrowserCookies.session, request), at: now)
        let logout = await LogoutRequest(parameters, settings: app.settings, at: now)
        let locales = (parameters["ui_locales"] ?? "").split(separator: " ").map(String.init)
        let language = app.pages.languages.language(for: request, uiLocales: locales)
        if let current, logout.needsConfirmation(signedIn: current.user) {
            let ticket = app.forms.ticket(request, purpose: Self.signOut)
            let page = SignOutPage(
                site: app.pages.site,
                action: app.address(.endSession, "confirm"),
                form: ticket.field,
                user: current.user.label
            )
            return try app.page(page, in: language, ticket)
        }
        return try await end(current, location: logout.location, language)
    }

    private func confirm(_ request: Request, _ context: ProviderContext) async throws -> Response {
        let form = try await request.formParameters()
        guard app.forms.isGenuine(form, request, context, purpose: Self.signOut) else { throw PageError.foreignForm }
        let cookie = BrowserCookies.value(BrowserCookies.session, request)
        let current = try await app.sessions.current(cookie, at: app.clock.now)
        return try await end(current, location: nil, app.pages.languages.language(for: request))
    }

    private func end(
        _ current: (session: Session, user: DirectoryUser)?,
        location: String?,
        _ language: Language
    ) async throws -> Response {
        if let current {
            let now = app.clock.now
            try await app.sessions.end(current.session, at: now)
            await app.settings.observer.observe(.signedOut(current.user), at: now)
        }
        var response =
            if let location {
                app.redirect(to: location)
            } else {
                try app.pages.response(SignedOutPage(site: app.pages.site), in: language)
            }
        response.headers[values: .setCookie].append(BrowserCookies.clear(BrowserCookies.session))
        return response
    }
}
