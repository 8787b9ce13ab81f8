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
import Lab
import OIDC
import OIDCTestSupport
import Support
import Testing

@testable import IdentityProvider

@Suite("Back-channel logout")
struct BackchannelLogoutTests {
    /// Signs in at two clients, one of which wants to be told, and out again.
    private static func signOut(_ provider: TestProvider, _ client: any TestClientProtocol) async throws -> String {
        var browser = TestBrowser(client)
        let tokens = try await browser.tokens()
        _ = try await browser.get(
            TestBrowser.authorization(["client_id": "other", "redirect_uri": "https://other.test/cb"])
        )
        let hint = try #require(tokens["id_token"]?.text)
        _ = try await browser.get("/logout?id_token_hint=\(hint)")
        return try #require(try TestBrowser.claims(hint)["sid"]?.text)
    }

    @Test("the end of a session is told to the clients of the session that want to know, with a token as specified")
    func token() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            let sid = try await Self.signOut(provider, client)
            let due = try await LogoutNotifier(provider.settings).due(at: provider.clock.now)
            let delivery = try #require(due.first)
            #expect(due.count == 1 && delivery.url == "https://rp.test/backchannel")
            let form = try #require(RequestParameters(formEncoded: delivery.body))
            #expect(form.pairs.map(\.name) == ["logout_token"])
            let token = try #require(form["logout_token"])
            let verified = try #require(await provider.settings.keys.verify(token, at: provider.clock.now))
            #expect(verified.type == "logout+jwt")
            let claims = verified.claims
            let now = Int(provider.clock.now.timeIntervalSince1970)
            #expect(claims["iss"] == .string(TestProvider.issuer) && claims["aud"] == .string("web"))
            #expect(claims["sub"]?.text == provider.settings.directory.user(login: "admin")?.subject)
            #expect(claims["sid"] == .string(sid))
            #expect(claims["iat"] == .integer(now) && claims["exp"] == .integer(now + 120))
            #expect(claims["jti"]?.text?.isEmpty == false && claims["nonce"] == nil)
            let event = "http://schemas.openid.net/event/backchannel-logout"
            #expect(claims["events"] == .object([event: .object([:])]))
            // It is good for nothing else.
            var browser = TestBrowser(client)
            #expect(try await browser.userInfo(token).status == 401)
            #expect(try await browser.get("/logout?id_token_hint=\(token)").status == 200)
        }
    }

    @Test("a notice is tried again after growing pauses, and given up at last")
    func retries() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            _ = try await Self.signOut(provider, client)
            let notifier = LogoutNotifier(provider.settings)
            for pause in LogoutNotifier.pauses {
                let due = try await notifier.due(at: provider.clock.now)
                let notice = try #require(due.first?.notice)
                #expect(
                    try await notifier.settle(notice, status: pause == 5 ? nil : 503, at: provider.clock.now) == .failed
                )
                provider.clock.advance(by: Double(pause) - 1)
                #expect(try await notifier.due(at: provider.clock.now).isEmpty)
                provider.clock.advance(by: 1)
            }
            let last = try #require(try await notifier.due(at: provider.clock.now).first?.notice)
            #expect(try await notifier.settle(last, status: 500, at: provider.clock.now) == .abandoned)
            #expect(try await notifier.due(at: provider.clock.now).isEmpty)
            #expect(await provider.store.entries.map(\.action).contains("logout.abandon"))
        }
    }

    @Test(
        "200 and 204 are good, 400 is final, and a redirect is followed nowhere",
        arguments: [
            (200, ProviderEvent.LogoutDelivery.delivered), (204, .delivered), (400, .abandoned), (302, .failed),
            (404, .failed),
        ]
    )
    func statuses(status: Int, result: ProviderEvent.LogoutDelivery) async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            _ = try await Self.signOut(provider, client)
            let notifier = LogoutNotifier(provider.settings)
            let notice = try #require(try await notifier.due(at: provider.clock.now).first?.notice)
            #expect(try await notifier.settle(notice, status: status, at: provider.clock.now) == result)
        }
    }

    @Test("nobody is told who is no client any more, or wants it no more")
    func goneClients() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            _ = try await Self.signOut(provider, client)
            let roster = provider.settings.roster
            roster.replace(clients: [], directory: roster.current.directory)
            #expect(try await LogoutNotifier(provider.settings).due(at: provider.clock.now).isEmpty)
            #expect(await provider.store.logoutNotices(dueAt: .distantFuture, limit: 9).isEmpty)
        }
    }
}
