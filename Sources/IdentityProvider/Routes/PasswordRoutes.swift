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

/// The page behind a one-time link, where a person sets their password.
struct PasswordRoutes: Sendable {
    let app: IdentityProviderApp

    private static let setPassword = "set password"
    private static let gone = PageError(
        .gone,
        title: "This link is no longer good",
        message: "It works once, for 15 minutes, and a newer link replaces it. Ask your administrator for a new one."
    )

    func add(to router: Router<ProviderContext>) {
        let path = RouterPath("\(app.pages.site.base)\(LinkIssuer.path)/:token")
        router.get(path) { request, context in
            let (_, user) = try await link(context)
            return try form(user, request, context)
        }
        router.post(path) { request, context in try await set(request, context) }
    }

    /// Looking at a link does not use it up: mail and chat programs look at links too.
    private func link(_ context: ProviderContext) async throws -> (digest: TokenDigest, user: DirectoryUser) {
        let digest = TokenDigest(of: Secret(context.parameters.get("token") ?? ""))
        guard let link = try await app.settings.store.link(digest), app.clock.now < link.expires,
            let user = app.settings.directory.user(id: link.userID),
            try await app.settings.store.account(userID: user.id)?.isDisabled != true
        else { throw Self.gone }
        return (digest, user)
    }

    private func set(_ request: Request, _ context: ProviderContext) async throws -> Response {
        let fields = try await request.formParameters()
        let (digest, user) = try await link(context)
        guard app.forms.isGenuine(fields, request, purpose: Self.setPassword) else { throw PageError.foreignForm }
        let password = Secret(fields["password"] ?? "")
        do {
            try app.policy.check(password, for: user)
        } catch {
            return try form(user, request, context, message: "Choose another one: \(error.message).")
        }
        guard password == Secret(fields["repeat"] ?? "") else {
            return try form(user, request, context, message: "The two passwords are not the same.")
        }
        let random = app.settings.random
        let hash = try await app.passwords.run { try PasswordCheck.hash(password, random: random) }
        guard try await app.settings.store.redeemLink(digest, passwordHash: hash, at: app.clock.now) else {
            throw Self.gone
        }
        context.logger.notice("password set by link", metadata: ["user": "\(user.id)"])
        let page = PasswordSetPage(site: app.pages.site, email: user.email, apps: app.links(for: user))
        return try app.pages.response(page)
    }

    private func form(
        _ user: DirectoryUser,
        _ request: Request,
        _ context: ProviderContext,
        message: String? = nil
    ) throws -> Response {
        let ticket = app.forms.ticket(request, purpose: Self.setPassword)
        let page = PasswordPage(
            site: app.pages.site,
            action: "\(app.pages.site.base)\(LinkIssuer.path)/\(context.parameters.get("token") ?? "")",
            form: ticket.field,
            email: user.email,
            name: user.name,
            minimumLength: PasswordPolicy.minimumLength,
            message: message
        )
        return try app.page(page, ticket)
    }
}
