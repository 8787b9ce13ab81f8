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
import OIDC
import Support

/// The pages behind a one-time link, where a person sets their password: for an invitation, and when it was forgotten.
///
/// Looking at a link does not use it up, and does not bind it: mail and chat programs look at links too. Who goes on binds
/// it to the browser; from then on it is of no use to others who have seen it.
struct PasswordRoutes: Sendable {
    let app: IdentityProviderApp

    private static let openLink = "open link"
    private static let setPassword = "set password"

    func add(to router: Router<ProviderContext>) {
        let path = "\(app.pages.site.base)\(LinkIssuer.path)/:token"
        router.get(RouterPath(path)) { request, context in
            let link = try await link(context)
            return try link.isOpen(in: request) ? form(link, request) : start(link, request)
        }
        router.post(RouterPath("\(path)/open")) { request, context in try await open(request, context) }
        router.post(RouterPath(path)) { request, context in try await set(request, context) }
    }

    /// A link that is good, and whose it is.
    private struct GoodLink {
        var token: String
        var link: PasswordLink
        var user: DirectoryUser

        /// Whether it is bound to the browser of a request. Throws ``PageError/linkElsewhere`` when it is to another one.
        func isOpen(in request: Request) throws -> Bool {
            guard let browser = link.browser else { return false }
            guard browser == PasswordRoutes.browser(request) else { throw PageError.linkElsewhere }
            return true
        }
    }

    private func link(_ context: ProviderContext) async throws -> GoodLink {
        let token = context.parameters.get("token") ?? ""
        guard let link = try await app.settings.store.link(TokenDigest(of: Secret(token))),
            app.clock.now < link.expires, let user = try await app.settings.activeUser(id: link.userID)
        else { throw PageError.linkGone }
        return GoodLink(token: token, link: link, user: user)
    }

    /// The browser of a request, by its cookie for forms.
    private static func browser(_ request: Request) -> TokenDigest? {
        BrowserCookies.value(BrowserCookies.form, request).map { TokenDigest(of: $0) }
    }

    private func address(_ link: GoodLink) -> String {
        "\(app.pages.site.base)\(LinkIssuer.path)/\(link.token)"
    }

    /// Binds the link to the browser.
    private func open(_ request: Request, _ context: ProviderContext) async throws -> Response {
        let fields = try await request.formParameters()
        let link = try await link(context)
        guard app.forms.isGenuine(fields, request, context, purpose: Self.openLink),
            let browser = Self.browser(request)
        else { throw PageError.foreignForm }
        let now = app.clock.now
        guard try await app.settings.store.bindLink(link.link.digest, to: browser, at: now) else {
            throw PageError.linkElsewhere
        }
        if link.link.browser == nil {
            let address = app.addresses.of(request, peer: context.peer)
            await app.settings.observer.observe(.linkOpened(link.user, address: address), at: now)
        }
        return app.redirect(to: address(link))
    }

    private func set(_ request: Request, _ context: ProviderContext) async throws -> Response {
        let fields = try await request.formParameters()
        let link = try await link(context)
        guard try link.isOpen(in: request), let browser = link.link.browser,
            app.forms.isGenuine(fields, request, context, purpose: Self.setPassword)
        else { throw PageError.foreignForm }
        let password = Secret(fields["password"] ?? "")
        let language = app.pages.languages.language(for: request)
        if let refusal = app.policy.refusal(of: password, for: link.user) {
            return try form(link, request, message: .passwordChooseAnother(refusal, in: language))
        }
        guard password == Secret(fields["repeat"] ?? "") else {
            return try form(link, request, message: .passwordsDiffer)
        }
        let random = app.settings.random
        let hash = try await app.passwords.run { try PasswordCheck.hash(password, random: random) }
        let now = app.clock.now
        let isSet = try await app.settings.store.redeemLink(
            link.link.digest,
            browser: browser,
            passwordHash: hash,
            notifying: app.settings.notified,
            at: now
        )
        guard isSet else { throw PageError.linkGone }
        await app.settings.observer.observe(.passwordSet(link.user, byLink: true), at: now)
        let page = PasswordSetPage(site: app.pages.site, email: link.user.label, apps: app.links(for: link.user))
        return try app.pages.response(page, in: language)
    }

    private func start(_ link: GoodLink, _ request: Request) throws -> Response {
        let ticket = app.forms.ticket(request, purpose: Self.openLink)
        let page = LinkOpenPage(
            site: app.pages.site,
            action: address(link) + "/open",
            form: ticket.field,
            email: link.user.label,
            name: link.user.name
        )
        return try app.page(page, in: app.pages.languages.language(for: request), ticket)
    }

    private func form(_ link: GoodLink, _ request: Request, message: Phrase? = nil) throws -> Response {
        let ticket = app.forms.ticket(request, purpose: Self.setPassword)
        let language = app.pages.languages.language(for: request)
        let page = PasswordPage(
            site: app.pages.site,
            action: address(link),
            form: ticket.field,
            email: link.user.label,
            name: link.user.name,
            minimumLength: PasswordPolicy.minimumLength,
            message: message.map { language.text($0) }
        )
        return try app.page(page, in: language, ticket)
    }
}
