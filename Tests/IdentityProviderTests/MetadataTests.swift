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
import HummingbirdTesting
import Lab
import OIDC
import Support
import Templating
import Testing

@testable import IdentityProvider

@Suite("Discovery, keys, health and what all answers share")
struct MetadataTests {
    @Test("the discovery document names what works, and nothing else")
    func discovery() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let answer = try await browser.get("/.well-known/openid-configuration")
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType] == "application/json")
            #expect(answer.headers[.accessControlAllowOrigin] == "*")
            #expect(!answer.text.contains("\\/"))
            let document = answer.json
            #expect(document["issuer"] == .string(TestProvider.issuer))
            for (name, path) in [
                ("authorization", "/auth"), ("token", "/token"), ("userinfo", "/userinfo"),
                ("end_session", "/logout"), ("revocation", "/token/revoke"), ("introspection", "/token/introspect"),
                ("device_authorization", "/device/code"),
            ] {
                #expect(document["\(name)_endpoint"] == .string(TestProvider.issuer + path))
            }
            #expect(document["jwks_uri"] == .string(TestProvider.issuer + "/keys"))
            #expect(document["response_types_supported"] == .strings(["code"]))
            #expect(document["response_modes_supported"] == .strings(["query", "form_post"]))
            #expect(document["subject_types_supported"] == .strings(["public"]))
            #expect(document["grant_types_supported"] == .strings(TokenEndpoint.grants.map(\.grantType)))
            #expect(TokenEndpoint.grants.map(\.grantType).last == "client_credentials")
            #expect(document["backchannel_logout_supported"] == .bool(true))
            #expect(document["backchannel_logout_session_supported"] == .bool(true))
            #expect(document["ui_locales_supported"] == .strings(["en", "de"]))
            #expect(document["code_challenge_methods_supported"] == .strings(["S256"]))
            #expect(document["id_token_signing_alg_values_supported"] == .strings(["RS256", "ES256"]))
            #expect(document["authorization_response_iss_parameter_supported"] == .bool(true))
            #expect(document["request_parameter_supported"] == .bool(false))
            #expect(document["request_uri_parameter_supported"] == .bool(false))
            for absent in [
                "registration_endpoint", "frontchannel_logout_supported", "check_session_iframe",
                "pushed_authorization_request_endpoint",
            ] {
                #expect(document[absent] == nil)
            }
        }
    }

    @Test("the keys are public, named by their thumbprints and cached for at most 30 seconds")
    func keys() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            let answer = try await browser.get("/keys")
            #expect(answer.headers[.cacheControl] == "max-age=30")
            guard case .array(let keys)? = answer.json["keys"] else {
                Issue.record("no keys")
                return
            }
            #expect(keys.count == 2)
            var kids: Set<String> = []
            for case .object(let key) in keys {
                #expect(key["use"] == .string("sig"))
                let isRSA = key["kty"] == .string("RSA")
                let required = isRSA ? ["e", "kty", "n"] : ["crv", "kty", "x", "y"]
                #expect(Set(key.keys) == Set(required + ["alg", "kid", "use"]))
                #expect(key["alg"] == .string(isRSA ? "RS256" : "ES256"))
                let members = Dictionary(uniqueKeysWithValues: required.map { ($0, key[$0]?.text ?? "") })
                #expect(key["kid"]?.text == SigningKey.thumbprint(members))
                kids.insert(key["kid"]?.text ?? "")
            }
            #expect(kids.count == 2)
        }
    }

    @Test("a path of the issuer moves every address")
    func path() async throws {
        let provider = try await TestProvider(issuer: "https://kidd.network/id")
        try await provider.run { client in
            var browser = TestBrowser(client)
            let document = try await browser.get("/id/.well-known/openid-configuration")
            #expect(document.json["token_endpoint"] == .string("https://kidd.network/id/token"))
            #expect(try await browser.get("/.well-known/openid-configuration").status == 404)
            let page = try await browser.get("/id" + TestBrowser.authorization())
            #expect(page.action?.hasPrefix("/id/auth/login?") == true)
            #expect(page.text.contains("/id/static/kindling.css"))
            let answer = try await browser.submit(page, login: "admin", headers: ["Origin": "https://kidd.network"])
            #expect(answer.query["iss"] == "https://kidd.network/id")
            for file in ["kindling.css", "kindling.svg", "form-post.js"] {
                #expect(try await browser.get("/id/static/\(file)").status == 200)
            }
        }
    }

    @Test("a port that browsers leave out does not make our own forms foreign")
    func defaultPort() async throws {
        let provider = try await TestProvider(issuer: "https://idp.kidd.network:443")
        try await provider.run { client in
            var browser = TestBrowser(client)
            let page = try await browser.get(TestBrowser.authorization())
            let answer = try await browser.submit(page, login: "admin", headers: ["Origin": "https://idp.kidd.network"])
            #expect(answer.query["iss"] == "https://idp.kidd.network:443")
        }
    }

    @Test("health, front page, unknown addresses")
    func others() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            #expect(try await browser.get("/healthz").text == "ok\n")
            #expect(try await browser.get("/").text.contains("Nobody is signed in"))
            _ = try await browser.signIn()
            #expect(try await browser.get("/").text.contains("admin@kidd.network"))
            let missing = try await browser.get("/nowhere/../x")
            #expect(missing.status == 404)
            #expect(missing.text.contains("Request "))
            for path in ["/", "/nowhere", "/healthz", "/keys", "/static/kindling.css", "/auth"] {
                let answer = try await browser.get(path)
                #expect(answer.headers[.xContentTypeOptions] == "nosniff", "\(path)")
                #expect(answer.headers[.contentSecurityPolicy]?.contains("frame-ancestors 'none'") == true)
                #expect(answer.headers[.cacheControl] != nil)
            }
        }
    }

    @Test("the answer to HEAD has no body, also where there is nothing")
    func head() async throws {
        let provider = try await TestProvider()
        try await provider.run { client in
            var browser = TestBrowser(client)
            for path in ["/nothing", "/device/confirm", "/", "/keys", "/auth", "/static/kindling.css", "/healthz"] {
                let answer = try await browser.send(.head, path, [:], nil)
                #expect(answer.text.isEmpty, "\(path)")
            }
        }
    }

    @Test("every variable of every page is given")
    func variables() throws {
        let site = Site(lab: "ainur", base: "")
        let app = AppLink(name: "n", url: "u")
        let pages: [any Page] = [
            LoginPage(site: site, client: "c", action: "a", form: "f", login: "l", message: "m", canCancel: true),
            ConsentPage(site: site, client: "c", action: "a", form: "f", user: "u", scopes: ["s"]),
            DevicePage(site: site, action: "a", form: "f", userCode: "u", message: "m"),
            DeviceConfirmPage(
                site: site,
                action: "a",
                form: "f",
                client: "c",
                user: "u",
                userCode: "BCDF-GHJK",
                scopes: ["s"]
            ),
            DeviceDonePage(site: site, client: "c", allowed: true),
            LinkOpenPage(site: site, action: "a", form: "f", email: "e", name: "n"),
            AccountPage(
                site: site,
                name: "n",
                username: "u",
                email: "e",
                groups: ["g"],
                notice: "n",
                message: "m",
                apps: [app],
                sessionsAction: "a",
                sessionsForm: "f",
                sessions: [.init(id: "i", browser: "b", address: "a", since: "s", sinceISO: "s", isCurrent: true)],
                others: true,
                passwordAction: "a",
                passwordForm: "f",
                hasPassword: true,
                minimumLength: 12
            ),
            FormPostPage(site: site, action: "a", client: "c", fields: [.init(name: "n", value: "v")]),
            PasswordPage(site: site, action: "a", form: "f", email: "e", name: "n", minimumLength: 12, message: "m"),
            PasswordSetPage(site: site, email: "e", apps: [app]),
            SignOutPage(site: site, action: "a", form: "f", user: "u"),
            SignedOutPage(site: site),
            HomePage(site: site, user: "u", apps: [app]),
            ErrorPage(site: site, title: "t", message: "m", requestID: "r"),
            AbsentPage(site: site),
            TrustPage(site: site, url: "http://pki.test", roots: [.sample]),
        ]
        let store = TemplateStore()
        let parts = ["pages/head.mustache", "pages/foot.mustache"]
        let templates = store.paths.filter { $0.hasPrefix("pages/") && $0.hasSuffix(".mustache") }
        #expect(Set(templates) == Set(pages.map { type(of: $0).template } + parts))
        let shared = try parts.flatMap { Self.names(in: try store.text($0)) }
        let rendering = try Pages(site: site, templates: store)
        let languages = rendering.languages
        #expect(languages.tags == ["en", "de"])
        let texts = try store.texts(language: "en").keys.map { "t.\($0)" }
        for page in pages {
            var given = Set([".", "lang"] + texts)
            Self.collect(Mirror(reflecting: page), "", &given)
            let used = Self.names(in: try store.text(type(of: page).template)) + shared
            #expect(Set(used).subtracting(given) == [], "\(type(of: page).template)")
            for language in languages.tags.compactMap({ languages.language(tagged: $0) }) {
                let text = try rendering.render(page, in: language)
                #expect(text.contains("</html>") && text.contains("<title>") && !text.contains("{{"))
                #expect(text.contains("<html lang=\"\(language.tag)\">"))
            }
        }
    }

    /// The variables and sections of a template.
    private static func names(in template: String) -> [String] {
        template.split(separator: "{{").dropFirst().compactMap { part in
            let tag = part.prefix { $0 != "}" }
            guard let first = tag.first, !"<>/$!".contains(first) else { return nil }
            return String(tag.drop { "#^&{".contains($0) })
        }
    }

    private static func collect(_ mirror: Mirror, _ prefix: String, _ names: inout Set<String>) {
        for child in mirror.children {
            guard let label = child.label else {
                collect(Mirror(reflecting: child.value), "", &names)
                continue
            }
            names.insert(prefix + label)
            let inner = Mirror(reflecting: child.value)
            collect(inner, inner.displayStyle == .struct ? prefix + label + "." : "", &names)
        }
    }
}

extension TrustPage.Root {
    /// A root that is not of this world.
    static let sample = TrustPage.Root(
        id: "root-1",
        subject: "CN=Test Root CA",
        fingerprint: "AA:BB",
        from: "2026-01-01",
        fromISO: "2026-01-01T00:00:00Z",
        until: "2036-01-01",
        untilISO: "2036-01-01T00:00:00Z",
        permitted: ["test"],
        file: "test-root-1",
        path: "/ca/root-1"
    )
}

@Suite("Addresses behind proxies")
struct ClientAddressTests {
    @Test(
        "only a trusted proxy is believed, and only its nearest word",
        arguments: [
            ("10.0.0.1", "1.2.3.4", "1.2.3.4"), ("10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
            ("10.0.0.1", "1.2.3.4, 10.0.0.2", "1.2.3.4"), ("10.0.0.1", "rubbish", "10.0.0.1"),
            ("9.9.9.9", "1.2.3.4", "9.9.9.9"), ("", "1.2.3.4", ""),
        ]
    )
    func forwarded(peer: String, header: String, expected: String) throws {
        let range = try #require(AddressRange("10.0.0.0/8"))
        var fields = HTTPFields()
        fields[try #require(HTTPField.Name("X-Forwarded-For"))] = header
        let request = Request(
            head: HTTPRequest(method: .get, scheme: "https", authority: "x", path: "/", headerFields: fields),
            body: RequestBody(buffer: .init())
        )
        #expect(ClientAddress(trustedProxies: [range]).of(request, peer: peer) == expected)
    }
}
