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

/// Logout, begun by a relying party or by the user.
struct LogoutRoutes: Sendable {
    let app: IdentityProviderApp

    private static let signOut = "sign out"

    func add(to router: Router<ProviderContext>) {
        router.get(app.path(.endSession)) { request, _ in try await logout(try request.queryParameters(), request) }
        router.post(app.path(.endSession)) { request, _ in
            // As at the authorization endpoint: the redirect brings the cookie along.
            let form = try await request.formParameters()
            return app.redirect(to: app.address(.endSession) + "?" + FormEncoding.encode(form.pairs))
        }
        router.post(app.path(.endSession, "confirm")) { request, _ in try await confirm(request) }
    }

    private func logout(_ parameters: RequestParameters, _ request: Request) async throws -> Response {
        let now = app.clock.now
        let current = try await app.sessions.current(BrowserCookies.value(BrowserCookies.session, request), at: now)
        let logout = await LogoutRequest(parameters, settings: app.settings, at: now)
        if let current, logout.needsConfirmation(signedIn: current.user) {
            let ticket = app.forms.ticket(request, purpose: Self.signOut)
            let page = SignOutPage(
                site: app.pages.site,
                action: app.address(.endSession, "confirm"),
                form: ticket.field,
                user: current.user.email
            )
            return try app.page(page, ticket)
        }
        return try await end(current?.session, location: logout.location)
    }

    private func confirm(_ request: Request) async throws -> Response {
        let form = try await request.formParameters()
        guard app.forms.isGenuine(form, request, purpose: Self.signOut) else { throw PageError.foreignForm }
        let cookie = BrowserCookies.value(BrowserCookies.session, request)
        return try await end(try await app.sessions.current(cookie, at: app.clock.now)?.session, location: nil)
    }

    private func end(_ session: Session?, location: String?) async throws -> Response {
        if let session { try await app.sessions.end(session, at: app.clock.now) }
        var response =
            if let location {
                app.redirect(to: location)
            } else {
                try app.pages.response(SignedOutPage(site: app.pages.site))
            }
        response.headers[values: .setCookie].append(BrowserCookies.clear(BrowserCookies.session))
        return response
    }
}
