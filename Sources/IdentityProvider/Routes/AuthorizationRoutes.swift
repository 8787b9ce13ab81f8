//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import HTTPTypes
import Hummingbird
import Lab
import Logging
import OIDC
import Support

/// The authorization endpoint with its pages. The request travels along in the address of each form, so that nothing is
/// stored for visitors who never sign in.
struct AuthorizationRoutes: Sendable {
    let app: IdentityProviderApp

    func add(to router: Router<ProviderContext>) {
        router.get(app.path(.authorization)) { request, _ in
            try await answer(try request.queryParameters(), request)
        }
        router.post(app.path(.authorization)) { request, _ in try await readdress(request) }
        router.post(app.path(.authorization, "login")) { request, context in try await login(request, context) }
        router.post(app.path(.authorization, "consent")) { request, context in try await consent(request, context) }
    }

    /// A request by form becomes the same request by address: a form that another site posts comes without our
    /// `SameSite` cookie, the redirect that follows has it.
    private func readdress(_ request: Request) async throws -> Response {
        let form = try await request.formParameters()
        // What came twice comes twice in the address too, also when one of the two had no value.
        let repeated = form.duplicates.sorted().map { RequestParameters.Pair($0, "") }
        let query = FormEncoding.encode(form.pairs + repeated)
        guard query.utf8.count <= AuthorizationRequest.lengthLimit else {
            throw OAuthError(.invalidRequest, "the request is too long")
        }
        return app.redirect(to: app.address(.authorization) + "?" + query)
    }

    private func answer(_ parameters: RequestParameters, _ request: Request) async throws -> Response {
        try await validated(parameters, request) { authorization in
            let now = app.clock.now
            let current = try await app.sessions.current(BrowserCookies.value(BrowserCookies.session, request), at: now)
            let step = authorization.step(
                user: current?.user,
                authenticated: current?.session.authenticated,
                hint: await app.sessions.hintedSubject(authorization.idTokenHint, at: now),
                at: now
            )
            return try await take(step, authorization, current, request)
        }
    }

    /// Checks user name and password.
    private func login(_ request: Request, _ context: ProviderContext) async throws -> Response {
        let form = try await request.formParameters()
        return try await validated(try request.queryParameters(), request) { authorization in
            let signIn = PasswordSignIn(app: app)
            if let refusal = signIn.refusalOfForeignForm(form, request, context) {
                return try loginPage(authorization, request, refusal)
            }
            guard form["do"] != "cancel" else {
                return try send(authorization, OAuthError(.accessDenied, "the user cancelled"), request)
            }
            switch try await signIn.attempt(form, request, context, client: authorization.client.id) {
            case .refused(let refusal): return try loginPage(authorization, request, refusal)
            case .signedIn(let session, let user, let setCookie):
                let hint = await app.sessions.hintedSubject(authorization.idTokenHint, at: app.clock.now)
                let step = authorization.afterLogin(user: user, hint: hint)
                var response = try await take(step, authorization, (session, user), request)
                response.headers[values: .setCookie].append(setCookie)
                return response
            }
        }
    }

    /// Takes the user's answer to the consent page.
    private func consent(_ request: Request, _ context: ProviderContext) async throws -> Response {
        let form = try await request.formParameters()
        return try await validated(try request.queryParameters(), request) { authorization in
            let now = app.clock.now
            let cookie = BrowserCookies.value(BrowserCookies.session, request)
            guard let current = try await app.sessions.current(cookie, at: now),
                app.forms.isGenuine(form, request, context, purpose: Self.consent(authorization, current.session))
            else { throw PageError.foreignForm }
            let client = authorization.client.id
            guard form["do"] == "allow" else {
                await app.settings.observer.observe(.consentRefused(current.user, client: client), at: now)
                return try send(authorization, OAuthError(.accessDenied, "the user did not agree"), request)
            }
            guard current.user.mayReach(authorization.client) else {
                let error = OAuthError(.accessDenied, "the user is in no group that may use this client")
                return try send(authorization, error, request)
            }
            await app.settings.observer.observe(.consentGiven(current.user, client: client), at: now)
            return try await take(.issue, authorization, current, request)
        }
    }

    /// Validates a request; what is refused without a way back becomes a page.
    private func validated(
        _ parameters: RequestParameters,
        _ request: Request,
        _ handler: (AuthorizationRequest) async throws -> Response
    ) async throws -> Response {
        let authorization: AuthorizationRequest
        do {
            authorization = try AuthorizationRequest(
                parameters,
                clients: app.settings.clients,
                issuer: app.settings.issuer
            )
        } catch .page(let error) {
            throw error
        } catch .response(let response, let error) {
            let client = app.settings.client(parameters["client_id"] ?? "")
            let language = app.pages.languages.language(for: request)
            return try send(response, response.parameters(error), client: client?.name ?? "", language)
        }
        return try await handler(authorization)
    }

    private func take(
        _ step: AuthorizationStep,
        _ authorization: AuthorizationRequest,
        _ current: (session: Session, user: DirectoryUser)?,
        _ request: Request
    ) async throws -> Response {
        switch (step, current) {
        case (.refuse(let error), _): return try send(authorization, error, request)
        case (.consent, let current?): return try consentPage(authorization, current, request)
        case (.issue, let current?):
            let code = try await app.sessions.issueCode(for: authorization, current.session, at: app.clock.now)
            let parameters = authorization.response.parameters(code: code.expose())
            let language = language(authorization, request)
            return try send(authorization.response, parameters, client: authorization.client.name, language)
        default: return try loginPage(authorization, request)
        }
    }

    private func loginPage(
        _ authorization: AuthorizationRequest,
        _ request: Request,
        _ refusal: PasswordSignIn.Refusal? = nil
    ) throws -> Response {
        let ticket = app.forms.ticket(request, purpose: PasswordSignIn.purpose)
        let language = language(authorization, request)
        let page = LoginPage(
            site: app.pages.site,
            client: authorization.client.name,
            action: app.address(.authorization, "login") + "?" + authorization.query,
            form: ticket.field,
            login: refusal == nil ? authorization.loginHint : refusal?.login,
            message: refusal.map { language.text($0.message) },
            canCancel: true
        )
        var response = try app.page(page, in: language, status: refusal?.status ?? .ok, ticket)
        if let retryAfter = refusal?.retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        return response
    }

    private func consentPage(
        _ authorization: AuthorizationRequest,
        _ current: (session: Session, user: DirectoryUser),
        _ request: Request
    ) throws -> Response {
        let ticket = app.forms.ticket(request, purpose: Self.consent(authorization, current.session))
        let language = language(authorization, request)
        let page = ConsentPage(
            site: app.pages.site,
            client: authorization.client.name,
            action: app.address(.authorization, "consent") + "?" + authorization.query,
            form: ticket.field,
            user: current.user.label,
            scopes: authorization.scopes.map { language.text(.scope($0)) }
        )
        return try app.page(page, in: language, ticket)
    }

    private func language(_ authorization: AuthorizationRequest, _ request: Request) -> Language {
        app.pages.languages.language(for: request, uiLocales: authorization.uiLocales)
    }

    /// What a consent form's token stands for: this request in this session.
    private static func consent(_ authorization: AuthorizationRequest, _ session: Session) -> String {
        "consent \(session.sid) \(authorization.query)"
    }

    private func send(
        _ authorization: AuthorizationRequest,
        _ error: OAuthError,
        _ request: Request
    ) throws -> Response {
        try send(
            authorization.response,
            authorization.response.parameters(error),
            client: authorization.client.name,
            language(authorization, request)
        )
    }

    /// Sends the browser back, by address or by form.
    private func send(
        _ response: AuthorizationResponse,
        _ parameters: [RequestParameters.Pair],
        client: String,
        _ language: Language
    ) throws -> Response {
        switch response.mode {
        case .query: return app.redirect(to: response.location(parameters))
        case .formPost:
            let page = FormPostPage(
                site: app.pages.site,
                action: response.redirectURI,
                client: client,
                fields: parameters.map { FormPostPage.Field(name: $0.name, value: $0.value) }
            )
            var answer = try app.pages.response(page, in: language, hasScript: true)
            // The relying party sees from which origin the form comes, and no more.
            answer.headers[.referrerPolicy] = "strict-origin"
            return answer
        }
    }
}
