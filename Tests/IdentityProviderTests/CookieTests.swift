//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import HummingbirdTesting
import OIDC
import Support
import Testing

@testable import IdentityProvider

@Suite("Cookies that others planted")
struct CookieTests {
    private static let silent = TestBrowser.authorization(["prompt": "none"])

    @Test(
        "are not taken for ours: a name that only looks like it may come from any host of the domain",
        arguments: [
            "\u{2000}NAME=VALUE", "\u{a0}NAME=VALUE", "\u{85}NAME=VALUE", "a=b; \u{3000}NAME=VALUE",
            "NAME\u{301}=VALUE",
            "=NAME=VALUE", "name=VALUE", "$NAME=VALUE", "NAME=VALUE; NAME=OTHER", "NAME=OTHER; NAME=VALUE",
            "NAME=\"VALUE\"", "NAME==VALUE", "a=NAME=VALUE",
        ]
    )
    func planted(header: String) async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            _ = try await browser.signIn()
            let value = try #require(browser.cookies[BrowserCookies.session])
            let other = Encoding.base64URL([UInt8](repeating: 7, count: 32))
            let cookie = header.replacing("NAME", with: BrowserCookies.session)
                .replacing("name", with: BrowserCookies.session.lowercased())
                .replacing("VALUE", with: value).replacing("OTHER", with: other)
            var victim = TestBrowser(client)
            #expect(try await victim.get(Self.silent, ["Cookie": cookie]).query["error"] == "login_required")
        }
    }

    @Test(
        "do not hide ours",
        arguments: ["NAME=VALUE", "a=b; NAME=VALUE;c=d", "\"; ;=;; NAME=VALUE", "x=\u{2000}; NAME=VALUE "]
    )
    func genuine(header: String) async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            _ = try await browser.signIn()
            let value = try #require(browser.cookies[BrowserCookies.session])
            let cookie = header.replacing("NAME", with: BrowserCookies.session).replacing("VALUE", with: value)
            var same = TestBrowser(client)
            #expect(try await same.get(Self.silent, ["Cookie": cookie]).query["code"] != nil)
        }
    }
}
