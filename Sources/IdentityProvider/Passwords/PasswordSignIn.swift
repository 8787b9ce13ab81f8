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
import Logging
import OIDC
import Support

/// The sign-in form, which is the same for relying parties and for the provider's own pages.
struct PasswordSignIn: Sendable {
    let app: IdentityProviderApp

    /// What the form's token stands for.
    static let purpose = "sign in"

    /// What came of a posted form.
    enum Outcome: Sendable {
        case signedIn(Session, DirectoryUser, setCookie: String)
        case refused(Refusal)
    }

    /// Why the form is shown again.
    struct Refusal: Sendable {
        /// What was typed.
        var login: String?
        var message: Phrase
        var status = HTTPResponse.Status.ok
        var retryAfter: Int?
    }

    /// Whether the form came from a page of ours.
    func refusalOfForeignForm(
        _ form: RequestParameters,
        _ request: Request,
        _ context: ProviderContext
    ) -> Refusal? {
        if app.forms.isGenuine(form, request, context, purpose: Self.purpose) { return nil }
        return Refusal(login: form["login"], message: .formExpiredSignIn, status: .forbidden)
    }

    /// Checks user name and password of a genuine form, and begins a session.
    ///
    /// A second step, once there is one, belongs between the two: ``verify(_:_:_:client:)`` says who has given the right
    /// password, ``begin(_:_:_:client:)`` is for who has taken every step.
    func attempt(
        _ form: RequestParameters,
        _ request: Request,
        _ context: ProviderContext,
        client: String?
    ) async throws -> Outcome {
        switch try await verify(form, request, context) {
        case .failure(let refusal): return .refused(refusal)
        case .success(let user):
            let (session, setCookie) = try await begin(user, request, context, client: client)
            return .signedIn(session, user, setCookie: setCookie)
        }
    }

    private enum Verified {
        case success(DirectoryUser)
        case failure(Refusal)
    }

    private func verify(
        _ form: RequestParameters,
        _ request: Request,
        _ context: ProviderContext
    ) async throws -> Verified {
        let now = app.clock.now
        let login = form["login"] ?? ""
        let known = app.settings.directory.user(login: login)
        let address = app.addresses.of(request, peer: context.peer)
        let account = known?.id ?? UserDirectory.normalised(login)
        let attempt: LoginThrottle.Attempt
        switch try await app.throttle.begin(.password(account: account, address: address), at: now) {
        case .go(let begun): attempt = begun
        case .wait(let seconds):
            await app.settings.observer.observe(.signInThrottled(known, address: address), at: now)
            let message = Phrase.tooManyAttempts(seconds: seconds)
            return .failure(
                Refusal(login: login, message: message, status: .tooManyRequests, retryAfter: seconds)
            )
        }
        let user: DirectoryUser?
        do {
            user = try await SignIn(app.settings).user(
                login: login,
                password: Secret(form["password"] ?? ""),
                worker: app.passwords
            )
        } catch {
            // The request is not lost: the same form may be sent again.
            await app.throttle.giveBack(attempt)
            guard let busy = error as? PageError else { throw error }
            await app.settings.observer.observe(.signInTooBusy, at: now)
            return .failure(
                Refusal(login: login, message: busy.message, status: busy.status, retryAfter: busy.retryAfter)
            )
        }
        guard let user else {
            try await app.throttle.fail(attempt, at: now)
            await app.settings.observer.observe(.signInRefused(known, address: address), at: now)
            return .failure(Refusal(login: login, message: .wrongPassword))
        }
        try await app.throttle.succeed(attempt, at: now)
        return .success(user)
    }

    private func begin(
        _ user: DirectoryUser,
        _ request: Request,
        _ context: ProviderContext,
        client: String?
    ) async throws -> (Session, setCookie: String) {
        let now = app.clock.now
        let address = app.addresses.of(request, peer: context.peer)
        let (session, value) = try await app.sessions.begin(
            for: user,
            replacing: BrowserCookies.value(BrowserCookies.session, request),
            from: SessionRules.Origin(address: address, agent: request.headers[.userAgent] ?? ""),
            at: now
        )
        await app.settings.observer.observe(.signedIn(user, client: client, address: address), at: now)
        return (session, BrowserCookies.set(BrowserCookies.session, value))
    }
}
