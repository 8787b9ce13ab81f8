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

/// Protection of every form against requests that another site sends in the user's name (RFC 9700, section 4.7).
///
/// A form carries a token made from a cookie that exists before any login; and a browser that names the origin of the
/// request has to name ours. Ours is the issuer's, and the name under which the browser has reached us: behind reverse
/// proxies that may be another one, and a page of a third site cannot choose the `Host` of a request.
struct FormGuard: Sendable {
    /// Scheme, host and port of the issuer.
    let origin: String
    let addresses: ClientAddress
    let random: any RandomSource

    /// What a page needs for its form: the hidden field, and the cookie to set when the browser has none yet.
    struct Ticket: Sendable {
        var field: String
        var setCookie: String?
    }

    /// A ticket for the browser of a request.
    func ticket(_ request: Request, purpose: String) -> Ticket {
        if let cookie = BrowserCookies.value(BrowserCookies.form, request) {
            return Ticket(field: FormToken.make(cookie: cookie, purpose: purpose))
        }
        let cookie = BearerValue.make(random)
        return Ticket(
            field: FormToken.make(cookie: cookie, purpose: purpose),
            setCookie: BrowserCookies.set(BrowserCookies.form, cookie)
        )
    }

    /// Whether a posted form came from a page of ours in the same browser.
    func isGenuine(_ form: RequestParameters, _ request: Request, _ context: ProviderContext, purpose: String) -> Bool {
        if let origin = request.headers[.origin], !isOurs(origin, request, context) { return false }
        if let site = request.headers[.secFetchSite], site != "same-origin", site != "none" { return false }
        let cookie = BrowserCookies.value(BrowserCookies.form, request)
        return FormToken.isGenuine(form["form"], cookie: cookie, purpose: purpose)
    }

    private func isOurs(_ origin: String, _ request: Request, _ context: ProviderContext) -> Bool {
        if origin == self.origin { return true }
        guard let host = addresses.host(of: request, peer: context.peer) else { return false }
        return origin == "https://\(host)"
    }
}
