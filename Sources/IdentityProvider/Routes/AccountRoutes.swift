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

/// A person's own account: where they are signed in, and their password.
struct AccountRoutes: Sendable {
    let app: IdentityProviderApp

    private static let endSessions = "end sessions"
    private static let changePassword = "change password"

    private typealias Current = (session: Session, user: DirectoryUser)

    func add(to router: Router<ProviderContext>) {
        router.get(app.path(.account)) { request, _ in
            guard let current = try await current(request) else { return LoginRoutes.redirect(app, to: .account) }
            return try await page(current, request, notice: Self.notice(try request.queryParameters()))
        }
        router.post(app.path(.account, "sessions")) { request, context in try await revoke(request, context) }
        router.post(app.path(.account, "password")) { request, context in try await setPassword(request, context) }
    }

    private func current(_ request: Request) async throws -> Current? {
        try await app.sessions.current(BrowserCookies.value(BrowserCookies.session, request), at: app.clock.now)
    }

    /// What the redirect after a form says has been done. It is shown and means nothing.
    private static func notice(_ parameters: RequestParameters) -> Phrase? {
        switch parameters["done"] {
        case "session": .sessionEnded
        case "sessions": .sessionsEnded
        case "password": .passwordChanged
        default: nil
        }
    }

    private func done(_ what: String) -> Response {
        app.redirect(to: app.address(.account) + "?done=\(what)")
    }

    /// Ends one session of the person, or all but this one.
    private func revoke(_ request: Request, _ context: ProviderContext) async throws -> Response {
        let form = try await request.formParameters()
        guard let current = try await current(request) else { return LoginRoutes.redirect(app, to: .account) }
        guard app.forms.isGenuine(form, request, context, purpose: Self.purpose(Self.endSessions, current.session))
        else { throw PageError.foreignForm }
        let (store, now) = (app.settings.store, app.clock.now)
        let others = try await store.sessions(userID: current.user.id).filter { $0.id != current.session.id }
        if form["do"] == "revoke-others" {
            try await store.endSessions(
                userID: current.user.id,
                except: current.session.id,
                notifying: app.settings.notified,
                at: now
            )
            await app.settings.observer.observe(.sessionsRevoked(current.user, count: others.count), at: now)
            return done("sessions")
        }
        // One of the person's own, or none at all.
        if let session = others.first(where: { $0.sid == form["session"] }) {
            try await app.sessions.end(session, at: now)
            await app.settings.observer.observe(.sessionsRevoked(current.user, count: 1), at: now)
        }
        return done("session")
    }

    private func setPassword(_ request: Request, _ context: ProviderContext) async throws -> Response {
        let form = try await request.formParameters()
        guard let current = try await current(request) else { return LoginRoutes.redirect(app, to: .account) }
        guard app.forms.isGenuine(form, request, context, purpose: Self.purpose(Self.changePassword, current.session))
        else { throw PageError.foreignForm }
        let (old, new) = (Secret(form["current"] ?? ""), Secret(form["password"] ?? ""))
        let language = app.pages.languages.language(for: request)
        if let refusal = app.policy.refusal(of: new, for: current.user) {
            let message = Phrase.passwordChooseAnother(refusal, in: language)
            return try await page(current, request, message: message)
        }
        guard new == Secret(form["repeat"] ?? "") else {
            return try await page(current, request, message: .passwordsDiffer)
        }
        guard new != old else { return try await page(current, request, message: .passwordSameAsOld) }
        let now = app.clock.now
        let address = app.addresses.of(request, peer: context.peer)
        let attempt: LoginThrottle.Attempt
        switch try await app.throttle.begin(.password(account: current.user.id, address: address), at: now) {
        case .go(let begun): attempt = begun
        case .wait(let seconds): throw PageError.tooManyAttempts(seconds: seconds)
        }
        let present: Secret<String>?
        do {
            present = try await SignIn(app.settings).hash(
                of: current.user,
                confirmedBy: old,
                worker: app.passwords
            )
        } catch {
            await app.throttle.giveBack(attempt)
            throw error
        }
        guard let present else {
            try await app.throttle.fail(attempt, at: now)
            await app.settings.observer.observe(.signInRefused(current.user, address: address), at: now)
            return try await page(current, request, message: .passwordCurrentWrong)
        }
        try await app.throttle.succeed(attempt, at: now)
        let random = app.settings.random
        let hash = try await app.passwords.run { try PasswordCheck.hash(new, random: random) }
        // Somebody may have set another one meanwhile, perhaps because this session is a thief's.
        let isSet = try await app.settings.store.setPassword(
            userID: current.user.id,
            hash: hash,
            replacing: present,
            keeping: current.session.id,
            notifying: app.settings.notified,
            at: now
        )
        guard isSet else { return LoginRoutes.redirect(app, to: .account) }
        await app.settings.observer.observe(.passwordSet(current.user, byLink: false), at: now)
        return done("password")
    }

    private func page(
        _ current: Current,
        _ request: Request,
        notice: Phrase? = nil,
        message: Phrase? = nil
    ) async throws -> Response {
        let language = app.pages.languages.language(for: request)
        let now = app.clock.now
        let sessions = try await app.settings.store.sessions(userID: current.user.id).filter { now < $0.expires }
        let ticket = app.forms.ticket(request, purpose: Self.purpose(Self.endSessions, current.session))
        let passwordTicket = app.forms.ticket(request, purpose: Self.purpose(Self.changePassword, current.session))
        let page = AccountPage(
            site: app.pages.site,
            name: current.user.name,
            username: current.user.username,
            email: current.user.email,
            groups: current.user.groups,
            notice: notice.map { language.text($0) },
            message: message.map { language.text($0) },
            apps: app.links(for: current.user),
            sessionsAction: app.address(.account, "sessions"),
            sessionsForm: ticket.field,
            sessions: sessions.map { Self.row($0, isCurrent: $0.id == current.session.id, language) },
            others: sessions.count > 1,
            passwordAction: app.address(.account, "password"),
            passwordForm: passwordTicket.field,
            hasPassword: true,
            minimumLength: PasswordPolicy.minimumLength
        )
        return try app.page(page, in: language, status: message == nil ? .ok : .badRequest, ticket)
    }

    private static func row(_ session: Session, isCurrent: Bool, _ language: Language) -> AccountPage.Row {
        let iso = session.created.formatted(.iso8601)
        return AccountPage.Row(
            id: session.sid,
            browser: language.text(BrowserName.phrase(session.agent)),
            address: session.address.isEmpty ? "–" : session.address,
            since: "\(iso.prefix(10)) \(iso.dropFirst(11).prefix(5)) UTC",
            sinceISO: iso,
            isCurrent: isCurrent
        )
    }

    /// What a form's token stands for: this deed in this session.
    private static func purpose(_ deed: String, _ session: Session) -> String { "\(deed) \(session.sid)" }
}
