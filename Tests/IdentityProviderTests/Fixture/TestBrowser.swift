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
import NIOCore
import OIDC
import Support
import Testing

/// A browser on the provider's routes: keeps cookies, fills forms, does not follow redirects.
struct TestBrowser {
    let client: any TestClientProtocol
    var cookies: [String: String] = [:]

    init(_ client: any TestClientProtocol) {
        self.client = client
    }

    /// A page or redirect, in short.
    struct Answer {
        var status: Int
        var headers: HTTPFields
        var text: String

        var location: String? { headers[.location] }
        /// The parameters of a redirect.
        var query: RequestParameters {
            let query = (location ?? "").split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
            return RequestParameters(formEncoded: query) ?? RequestParameters([])
        }
        var json: [String: JSONValue] { JSONValue.object(Array(text.utf8)) ?? [:] }
        /// The `action` of the page's form, entities decoded.
        var action: String? { Self.attribute("action", in: text[...]).map(Self.decoded) }
        /// The value of an input.
        func field(_ name: String) -> String? {
            guard let tag = text.split(separator: "<").first(where: { $0.contains("name=\"\(name)\"") }) else {
                return nil
            }
            return Self.attribute("value", in: tag).map(Self.decoded)
        }

        private static func attribute(_ name: String, in text: Substring) -> String? {
            guard let start = text.firstRange(of: " \(name)=\"") else { return nil }
            return String(text[start.upperBound...].prefix { $0 != "\"" })
        }

        private static func decoded(_ text: String) -> String {
            [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
                .reduce(text) { $0.replacing($1.0, with: $1.1) }
        }
    }

    mutating func get(_ uri: String, _ headers: [String: String] = [:]) async throws -> Answer {
        try await send(.get, uri, headers, nil)
    }

    mutating func post(
        _ uri: String,
        _ form: [(String, String)],
        _ headers: [String: String] = [:]
    ) async throws -> Answer {
        let body = FormEncoding.encode(form.map { RequestParameters.Pair($0.0, $0.1) })
        let standard = ["Content-Type": "application/x-www-form-urlencoded"]
        return try await send(.post, uri, standard.merging(headers) { $1 }, body)
    }

    mutating func send(
        _ method: HTTPRequest.Method,
        _ uri: String,
        _ headers: [String: String],
        _ body: String?
    ) async throws -> Answer {
        var fields = HTTPFields()
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        if !cookies.isEmpty {
            fields[.cookie] = cookies.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ")
        }
        let response = try await client.executeRequest(
            uri: uri,
            method: method,
            headers: fields,
            body: body.map { ByteBuffer(string: $0) }
        )
        for cookie in response.headers[values: .setCookie] {
            let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            cookies[String(pair[0])] = pair[1].isEmpty ? nil : String(pair[1])
        }
        return Answer(status: response.status.code, headers: response.headers, text: String(buffer: response.body))
    }

    /// A request of the client `web`, with changes: `nil` leaves a parameter out.
    static func authorization(_ changes: [String: String?] = [:]) -> String {
        var parameters: [String: String?] = [
            "client_id": "web", "redirect_uri": "https://rp.test/cb", "response_type": "code",
            "scope": "openid profile email groups offline_access", "state": "s-1", "nonce": "n-1",
            "code_challenge": PKCE.challenge(of: TestProvider.verifier), "code_challenge_method": "S256",
        ]
        parameters.merge(changes) { $1 }
        let pairs = parameters.sorted { $0.key < $1.key }
            .compactMap { name, value in value.map { RequestParameters.Pair(name, $0) } }
        return "/auth?" + FormEncoding.encode(pairs)
    }

    /// Opens an authorization request and signs in.
    mutating func signIn(
        _ changes: [String: String?] = [:],
        as user: String = "admin",
        password: String = TestProvider.password
    ) async throws -> Answer {
        let page = try await get(Self.authorization(changes))
        try #require(page.status == 200)
        return try await submit(page, login: user, password: password)
    }

    /// Fills the login page.
    mutating func submit(
        _ page: Answer,
        login: String,
        password: String = TestProvider.password,
        do button: String = "sign-in",
        headers: [String: String] = ["Origin": TestProvider.issuer]
    ) async throws -> Answer {
        let action = try #require(page.action)
        let token = try #require(page.field("form"))
        return try await post(
            action,
            [("form", token), ("login", login), ("password", password), ("do", button)],
            headers
        )
    }

    /// Redeems a code as the client `web`, with changes: `nil` leaves a parameter out.
    mutating func redeem(
        _ code: String?,
        _ changes: [String: String?] = [:],
        _ headers: [String: String] = [:]
    ) async throws -> Answer {
        var form: [String: String?] = [
            "grant_type": "authorization_code", "code": code, "redirect_uri": "https://rp.test/cb",
            "client_id": "web", "client_secret": TestProvider.webSecret, "code_verifier": TestProvider.verifier,
        ]
        form.merge(changes) { $1 }
        return try await post("/token", form.compactMap { name, value in value.map { (name, $0) } }, headers)
    }

    /// Tokens of a fresh login.
    mutating func tokens(_ changes: [String: String?] = [:]) async throws -> [String: JSONValue] {
        let answer = try await signIn(changes)
        let tokens = try await redeem(answer.query["code"])
        try #require(tokens.status == 200, "\(tokens.text)")
        return tokens.json
    }

    mutating func refresh(
        _ token: String,
        _ changes: [String: String?] = [:],
        _ headers: [String: String] = [:]
    ) async throws -> Answer {
        try await redeem(
            nil,
            ["grant_type": "refresh_token", "refresh_token": token, "redirect_uri": nil, "code_verifier": nil]
                .merging(changes) { $1 },
            headers
        )
    }

    mutating func userInfo(_ token: String) async throws -> Answer {
        try await get("/userinfo", ["Authorization": "Bearer \(token)"])
    }

    static func basic(_ id: String, _ secret: String) -> String {
        "Basic " + Encoding.base64(Array("\(id):\(secret)".utf8))
    }

    /// The claims of a token, unverified.
    static func claims(_ token: String?) throws -> [String: JSONValue] {
        let parts = try #require(token).split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        let bytes = try #require(Encoding.bytes(base64URL: parts[1]))
        return try #require(JSONValue.object(bytes))
    }
}
