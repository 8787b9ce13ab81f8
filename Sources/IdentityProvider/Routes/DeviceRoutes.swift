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
import OIDC
import Support

/// The pages on which a person lets a device in (RFC 8628, section 3.3), and the endpoint at which the device begins.
///
/// Codes are looked at only for who is signed in, and wrong ones are counted against that person: nobody can try codes
/// unknown.
struct DeviceRoutes: Sendable {
    let app: IdentityProviderApp

    private static let enter = "enter user code"

    func add(to router: Router<ProviderContext>) {
        router.post(app.path(.deviceAuthorization)) { request, context in try await authorize(request, context) }
        router.on(app.path(.deviceAuthorization), method: .options) { _, _ in app.json.preflight(methods: "POST") }
        router.get(app.path(.device)) { request, _ in try await show(request) }
        router.post(app.path(.device)) { request, context in try await entered(request, context) }
        router.post(app.path(.device, "confirm")) { request, context in try await decide(request, context) }
    }

    private func authorize(_ request: Request, _ context: ProviderContext) async throws -> Response {
        try await app.json.answering(.basic, context) {
            let now = app.clock.now
            let address = app.addresses.of(request, peer: context.peer)
            if let seconds = await app.deviceBudget.take(address: address, at: now) {
                return try app.json.tooMany(seconds: seconds)
            }
            let answer = try await DeviceEndpoint(app.settings).authorize(
                try await request.formParameters(),
                authorization: request.headers[values: .authorization],
                at: now
            )
            return try app.json.response(answer)
        }
    }

    /// Asks for the code, or, when it came along in the address, for the decision.
    private func show(_ request: Request) async throws -> Response {
        let typed = try request.queryParameters()["user_code"]
        let code = typed.flatMap { UserCode.normalised($0) }
        let cookie = BrowserCookies.value(BrowserCookies.session, request)
        guard let current = try await app.sessions.current(cookie, at: app.clock.now) else {
            return LoginRoutes.redirect(app, to: .device(code))
        }
        guard let typed else { return try entry(request) }
        return try await confirmation(code, typed: typed, current.session, current.user, request)
    }

    /// The code came by the form: it goes into the address, so that the page can be shown again.
    private func entered(_ request: Request, _ context: ProviderContext) async throws -> Response {
        let form = try await request.formParameters()
        guard app.forms.isGenuine(form, request, context, purpose: Self.enter) else { throw PageError.foreignForm }
        let typed = form["user_code"] ?? ""
        guard let code = UserCode.normalised(typed) else {
            return try entry(request, typed: typed, message: .deviceCodeUnknown)
        }
        return app.redirect(to: app.address(.device) + "?user_code=\(code)")
    }

    private func decide(_ request: Request, _ context: ProviderContext) async throws -> Response {
        let form = try await request.formParameters()
        let now = app.clock.now
        let cookie = BrowserCookies.value(BrowserCookies.session, request)
        guard let current = try await app.sessions.current(cookie, at: now),
            let code = UserCode.normalised(form["user_code"] ?? ""),
            app.forms.isGenuine(form, request, context, purpose: Self.confirm(code, current.session))
        else { throw PageError.foreignForm }
        let approval = DeviceApproval(app.settings)
        let isAllowed = form["do"] == "allow"
        guard let (_, client) = try await approval.device(userCode: code, at: now),
            try await approval.decide(
                userCode: code,
                isAllowed: isAllowed,
                by: current.user,
                in: current.session,
                at: now
            )
        else { return try entry(request, message: .deviceCodeUnknown) }
        let page = DeviceDonePage(site: app.pages.site, client: client.name, allowed: isAllowed)
        return try app.pages.response(page, in: app.pages.languages.language(for: request))
    }

    private func confirmation(
        _ code: String?,
        typed: String,
        _ session: Session,
        _ user: DirectoryUser,
        _ request: Request
    ) async throws -> Response {
        let now = app.clock.now
        let attempt: LoginThrottle.Attempt
        switch try await app.throttle.begin(.userCode(userID: user.id), at: now) {
        case .go(let begun): attempt = begun
        case .wait(let seconds): throw PageError.tooManyAttempts(seconds: seconds)
        }
        guard let code, let (device, client) = try await DeviceApproval(app.settings).device(userCode: code, at: now)
        else {
            try await app.throttle.fail(attempt, at: now)
            return try entry(request, typed: typed, message: .deviceCodeUnknown)
        }
        await app.throttle.giveBack(attempt)
        let ticket = app.forms.ticket(request, purpose: Self.confirm(code, session))
        let language = app.pages.languages.language(for: request)
        let page = DeviceConfirmPage(
            site: app.pages.site,
            action: app.address(.device, "confirm"),
            form: ticket.field,
            client: client.name,
            user: user.label,
            userCode: UserCode.shown(code),
            scopes: device.scopes.compactMap { Scope(rawValue: $0) }.map { language.text(.scope($0)) }
        )
        return try app.page(page, in: language, ticket)
    }

    private func entry(_ request: Request, typed: String? = nil, message: Phrase? = nil) throws -> Response {
        let ticket = app.forms.ticket(request, purpose: Self.enter)
        let language = app.pages.languages.language(for: request)
        let page = DevicePage(
            site: app.pages.site,
            action: app.address(.device),
            form: ticket.field,
            userCode: typed.map { String($0.prefix(32)) },
            message: message.map { language.text($0) }
        )
        return try app.page(page, in: language, status: message == nil ? .ok : .badRequest, ticket)
    }

    /// What the token of the confirmation stands for: this code in this session.
    private static func confirm(_ code: String, _ session: Session) -> String { "device \(session.sid) \(code)" }
}
