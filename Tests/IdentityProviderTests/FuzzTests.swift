//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import OIDC
import Support
import Testing

@testable import IdentityProvider

@Suite("Bad input of every kind")
struct FuzzTests {
    private static let names = [
        "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "prompt", "max_age",
        "code_challenge", "code_challenge_method", "login_hint", "id_token_hint", "grant_type", "code", "code_verifier",
        "client_secret", "refresh_token", "token", "post_logout_redirect_uri", "form", "login", "password", "do",
        "device_code", "user_code", "ui_locales", "to", "session", "current", "repeat", "done",
    ]
    private static let words = [
        "web", "cli", "https://rp.test/cb", "http://127.0.0.1:1/cb", "code", "query", "form_post", "openid email",
        "none",
        "login", "S256", "authorization_code", "refresh_token", "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code", "BCDF-GHJK", "de-CH", "eyJhbGciOiJub25lIn0.e30.", "a.b.c", "-1",
        "0",
        "99999999999999999999", "%00", "%ff", "%", "%0d%0aX:y", "\"'<>&", "+", "ünï", "admin",
        "verifier-0123456789-abcdefghijklmnopqrstuvwxyz", "",
    ]
    private static let paths = [
        "/auth", "/auth/login", "/auth/consent", "/token", "/token/revoke", "/userinfo", "/logout", "/logout/confirm",
        "/password/x", "/password/x/open", "/", "/keys", "/healthz", "/readyz", "/device", "/device/code",
        "/device/confirm", "/account", "/account/password", "/account/sessions", "/login", "/token/introspect",
    ]

    @Test("never makes the provider fail", arguments: 1...4)
    func neverFails(seed: Int) async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            let random = SeededRandomSource(seed: UInt64(seed))
            func pick(_ list: [String]) -> String { list[Int(random.below(UInt32(list.count)))] }
            func query() -> String {
                (0..<random.below(12)).map { _ in
                    let noise = String(decoding: random.bytes(6).map { $0 & 0x7f | 0x20 }, as: UTF8.self)
                    return pick(Self.names) + "=" + pick(Self.words + [noise, FormEncoding.encode(noise)])
                }
                .joined(separator: "&")
            }
            for _ in 1...150 {
                var browser = TestBrowser(client)
                for name in [BrowserCookies.session, BrowserCookies.form] where random.below(2) == 0 {
                    browser.cookies[name] = pick([Encoding.base64URL(random.bytes(32)), "x", "==", "\u{7f}"])
                }
                let isForm = random.below(4) > 0
                var headers = ["Content-Type": isForm ? "application/x-www-form-urlencoded" : pick(Self.words)]
                if random.below(2) == 0 {
                    headers["Authorization"] = pick(["Basic ", "Bearer ", "x"]) + pick(Self.words)
                }
                if random.below(3) == 0 { headers["Origin"] = pick(Self.words) }
                let path = pick(Self.paths) + (random.below(2) == 0 ? "?" + query() : "")
                let answer = try await browser.send(pick(["GET", "POST", "PUT"]).method, path, headers, query())
                #expect(answer.status < 500, "\(path)")
            }
        }
    }
}

extension String {
    fileprivate var method: HTTPRequest.Method { HTTPRequest.Method(self) ?? .get }
}
