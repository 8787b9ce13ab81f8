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

    private static let signIn = "sign in"

    func add(to router: Router<ProviderContext>) {
        router.get(app.path(.authorization)) { request, _ in
            try await answer(try request.queryParameters(), request)
        }
        router.post(app.path(.authorization)) { request, _ in try await readdress(request) }
        router.post(app.path(.authorization, "login")) { request, context in try await login(request, context) }
        router.post(app.path(.authorization, "consent")) { request, _ in try await consent(request) }
    }

    /// A request by form becomes the same request by address: a form that another site posts comes without our
    /// `SameSite` cookie, the redirect that follows has it.
    private func readdress(_ request: Request) async throws -> Response {
        let query = FormEncoding.encode(try await request.formParameters().pairs)
        guard query.utf8.count <= AuthorizationRequest.lengthLimit else {
            throw OAuthError(.invalidRequest, "the request is too long")
        }
        return app.redirect(to: app.address(.authorization) + "?" + query)
    }

    private func answer(_ parameters: RequestParameters, _ request: Request) async throws -> Response {
        try await validated(parameters) { authorization in
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
        return try await validated(try request.queryParameters()) { authorization in
            guard app.forms.isGenuine(form, request, purpose: Self.signIn) else {
                let message = "The form had expired. Please sign in again; cookies have to be allowed for this site."
                return try loginPage(authorization, request, login: form["login"], message: message, status: .forbidden)
            }
            guard form["do"] != "cancel" else {
                return try send(authorization, OAuthError(.accessDenied, "the user cancelled"))
            }
            let now = app.clock.now
            let login = form["login"] ?? ""
            let account = app.settings.directory.user(login: login)?.id ?? UserDirectory.normalised(login)
            let address = app.addresses.of(request, peer: context.peer)
            if let seconds = await app.throttle.take(account: account, address: address, at: now) {
                context.logger.notice("sign-in throttled", metadata: ["address": "\(address)"])
                let message = "There were too many attempts. Try again in \(seconds) seconds."
                return try loginPage(
                    authorization,
                    request,
                    login: login,
                    message: message,
                    status: .tooManyRequests,
                    retryAfter: seconds
                )
            }
            let user: DirectoryUser?
            do {
                user = try await SignIn(app.settings).user(
                    login: login,
                    password: Secret(form["password"] ?? ""),
                    work: { try await app.passwords.run($0) }
                )
            } catch let busy as PageError {
                // The request is not lost: the same form may be sent again.
                await app.throttle.giveBack(account: account, address: address, at: now)
                return try loginPage(
                    authorization,
                    request,
                    login: login,
                    message: "\(busy.title). \(busy.message)",
                    status: busy.status,
                    retryAfter: busy.retryAfter
                )
            }
            guard let user else {
                context.logger.notice("sign-in refused", metadata: ["address": "\(address)"])
                let message = "User name or password is wrong."
                return try loginPage(authorization, request, login: login, message: message)
            }
            await app.throttle.succeeded(account: account, address: address, at: now)
            context.logger.info("signed in", metadata: ["user": "\(user.id)", "client": "\(authorization.client.id)"])
            let previous = BrowserCookies.value(BrowserCookies.session, request)
            let (session, value) = try await app.sessions.begin(for: user, replacing: previous, at: now)
            let step = authorization.afterLogin(
                user: user,
                hint: await app.sessions.hintedSubject(authorization.idTokenHint, at: now)
            )
            var response = try await take(step, authorization, (session, user), request)
            response.headers[values: .setCookie].append(BrowserCookies.set(BrowserCookies.session, value))
            return response
        }
    }

    /// Takes the user's answer to the consent page.
    private func consent(_ request: Request) async throws -> Response {
        let form = try await request.formParameters()
        return try await validated(try request.queryParameters()) { authorization in
            let now = app.clock.now
            let cookie = BrowserCookies.value(BrowserCookies.session, request)
            guard let current = try await app.sessions.current(cookie, at: now),
                app.forms.isGenuine(form, request, purpose: Self.consent(authorization, current.session))
            else { throw PageError.foreignForm }
            guard form["do"] == "allow" else {
                return try send(authorization, OAuthError(.accessDenied, "the user did not agree"))
            }
            guard current.user.mayReach(authorization.client) else {
                return try send(
                    authorization,
                    OAuthError(.accessDenied, "the user is in no group that may use this client")
                )
            }
            return try await take(.issue, authorization, current, request)
        }
    }

    /// Validates a request; what is refused without a way back becomes a page.
    private func validated(
        _ parameters: RequestParameters,
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
            let client = app.settings.clients.first { $0.id == parameters["client_id"] }
            return try send(response, response.parameters(error), client: client?.name ?? "")
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
        case (.refuse(let error), _): return try send(authorization, error)
        case (.consent, let current?): return try consentPage(authorization, current, request)
        case (.issue, let current?):
            let code = try await app.sessions.issueCode(for: authorization, current.session, at: app.clock.now)
            let parameters = authorization.response.parameters(code: code.expose())
            return try send(authorization.response, parameters, client: authorization.client.name)
        default: return try loginPage(authorization, request, login: authorization.loginHint)
        }
    }

    private func loginPage(
        _ authorization: AuthorizationRequest,
        _ request: Request,
        login: String?,
        message: String? = nil,
        status: HTTPResponse.Status = .ok,
        retryAfter: Int? = nil
    ) throws -> Response {
        let ticket = app.forms.ticket(request, purpose: Self.signIn)
        let page = LoginPage(
            site: app.pages.site,
            client: authorization.client.name,
            action: app.address(.authorization, "login") + "?" + authorization.query,
            form: ticket.field,
            login: login,
            message: message
        )
        var response = try app.page(page, status: status, ticket)
        if let retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        return response
    }

    private func consentPage(
        _ authorization: AuthorizationRequest,
        _ current: (session: Session, user: DirectoryUser),
        _ request: Request
    ) throws -> Response {
        let ticket = app.forms.ticket(request, purpose: Self.consent(authorization, current.session))
        let page = ConsentPage(
            site: app.pages.site,
            client: authorization.client.name,
            action: app.address(.authorization, "consent") + "?" + authorization.query,
            form: ticket.field,
            user: current.user.email,
            scopes: authorization.scopes.map(\.words)
        )
        return try app.page(page, ticket)
    }

    /// What a consent form's token stands for: this request in this session.
    private static func consent(_ authorization: AuthorizationRequest, _ session: Session) -> String {
        "consent \(session.sid) \(authorization.query)"
    }

    private func send(_ authorization: AuthorizationRequest, _ error: OAuthError) throws -> Response {
        try send(
            authorization.response,
            authorization.response.parameters(error),
            client: authorization.client.name
        )
    }

    /// Sends the browser back, by address or by form.
    private func send(
        _ response: AuthorizationResponse,
        _ parameters: [RequestParameters.Pair],
        client: String
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
            let script = app.origin + StaticRoutes.formPostScript(app.pages.site.base)
            var answer = try app.pages.response(page, script: script)
            // The relying party sees from which origin the form comes, and no more.
            if let name = HTTPField.Name("Referrer-Policy") { answer.headers[name] = "strict-origin" }
            return answer
        }
    }
}

extension Scope {
    /// What a person is told.
    fileprivate var words: String {
        switch self {
        case .openid: "know who you are"
        case .profile: "see your name"
        case .email: "see your e-mail address"
        case .groups: "see the groups that you are in"
        case .offlineAccess: "stay signed in when you are away"
        }
    }
}
