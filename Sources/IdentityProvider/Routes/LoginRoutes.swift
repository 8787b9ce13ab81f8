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

/// Signing in to the provider itself: for the own account, and to let a device in.
struct LoginRoutes: Sendable {
    let app: IdentityProviderApp

    /// Where somebody goes after signing in: pages of ours and no other.
    enum Destination: Sendable, Hashable {
        case account
        /// With the user code that was typed, in its normal form.
        case device(String?)

        /// Reads `to` and `user_code`; whatever else is asked for is the account.
        init(_ parameters: RequestParameters) {
            self =
                parameters["to"] == "device"
                ? .device(parameters["user_code"].flatMap { UserCode.normalised($0) }) : .account
        }

        fileprivate var query: String {
            switch self {
            case .account: "to=account"
            case .device(nil): "to=device"
            case .device(let code?): "to=device&user_code=\(code)"
            }
        }
    }

    func add(to router: Router<ProviderContext>) {
        router.get(app.path(.login)) { request, _ in
            let destination = Destination(try request.queryParameters())
            let cookie = BrowserCookies.value(BrowserCookies.session, request)
            if try await app.sessions.current(cookie, at: app.clock.now) != nil {
                return app.redirect(to: address(destination))
            }
            return try page(destination, request)
        }
        router.post(app.path(.login)) { request, context in
            let destination = Destination(try request.queryParameters())
            let form = try await request.formParameters()
            let signIn = PasswordSignIn(app: app)
            if let refusal = signIn.refusalOfForeignForm(form, request, context) {
                return try page(destination, request, refusal)
            }
            switch try await signIn.attempt(form, request, context, client: nil) {
            case .refused(let refusal): return try page(destination, request, refusal)
            case .signedIn(_, _, let setCookie):
                var response = app.redirect(to: address(destination))
                response.headers[values: .setCookie].append(setCookie)
                return response
            }
        }
    }

    /// Sends somebody who is not signed in to the sign-in page.
    static func redirect(_ app: IdentityProviderApp, to destination: Destination) -> Response {
        app.redirect(to: app.address(.login) + "?" + destination.query)
    }

    private func address(_ destination: Destination) -> String {
        switch destination {
        case .account: app.address(.account)
        case .device(nil): app.address(.device)
        case .device(let code?): app.address(.device) + "?user_code=\(code)"
        }
    }

    private func page(
        _ destination: Destination,
        _ request: Request,
        _ refusal: PasswordSignIn.Refusal? = nil
    ) throws -> Response {
        let ticket = app.forms.ticket(request, purpose: PasswordSignIn.purpose)
        let language = app.pages.languages.language(for: request)
        let page = LoginPage(
            site: app.pages.site,
            action: app.address(.login) + "?" + destination.query,
            form: ticket.field,
            login: refusal?.login,
            message: refusal.map { language.text($0.message) },
            canCancel: false
        )
        var response = try app.page(page, in: language, status: refusal?.status ?? .ok, ticket)
        if let retryAfter = refusal?.retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        return response
    }
}
