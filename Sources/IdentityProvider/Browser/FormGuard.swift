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
/// request has to name ours.
struct FormGuard: Sendable {
    /// Scheme, host and port of the issuer.
    let origin: String
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
    func isGenuine(_ form: RequestParameters, _ request: Request, purpose: String) -> Bool {
        if let origin = request.headers[.origin], origin != self.origin { return false }
        if let site = HTTPField.Name("Sec-Fetch-Site").flatMap({ request.headers[$0] }),
            site != "same-origin", site != "none"
        {
            return false
        }
        let cookie = BrowserCookies.value(BrowserCookies.form, request)
        return FormToken.isGenuine(form["form"], cookie: cookie, purpose: purpose)
    }
}
