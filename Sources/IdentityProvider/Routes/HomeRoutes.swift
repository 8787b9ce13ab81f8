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

/// The front page.
struct HomeRoutes: Sendable {
    let app: IdentityProviderApp

    func add(to router: Router<ProviderContext>) {
        router.get(RouterPath("\(app.pages.site.base)/")) { request, _ in
            let cookie = BrowserCookies.value(BrowserCookies.session, request)
            let user = try await app.sessions.current(cookie, at: app.clock.now)?.user
            let page = HomePage(
                site: app.pages.site,
                user: user?.label,
                apps: user.map { app.links(for: $0) } ?? []
            )
            return try app.pages.response(page, in: app.pages.languages.language(for: request))
        }
    }
}
