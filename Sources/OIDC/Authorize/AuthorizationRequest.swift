//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab

/// A validated authorization request (OpenID Connect Core 1.0, section 3.1.2.1).
package struct AuthorizationRequest: Sendable {
    package var client: Client
    package var response: AuthorizationResponse
    /// Known scopes, `openid` among them.
    package var scopes: [Scope]
    package var nonce: String?
    package var codeChallenge: String?
    package var prompts: Set<Prompt>
    /// Longest age of the authentication, in seconds.
    package var maxAge: Int?
    package var loginHint: String?
    package var idTokenHint: String?
    /// Languages that the person would like, the best first (RFC 5646 tags, not looked at yet).
    package var uiLocales: [String]
    /// The parameters that were understood, form-encoded: pages carry them on to the next request.
    package var query: String

    /// Words of `prompt`; others are ignored.
    package enum Prompt: String, Sendable, CaseIterable {
        case none, login, consent
        case selectAccount = "select_account"
    }

    /// Why a request is refused.
    package enum Refusal: Error, Sendable {
        /// Nobody to send the browser back to: a page of our own.
        case page(OAuthError)
        /// An answer to the relying party.
        case response(AuthorizationResponse, OAuthError)
    }

    /// Longest values that are accepted, in bytes.
    private static let limits = [
        "state": 4_096, "nonce": 1_024, "login_hint": 256, "id_token_hint": 8_192, "scope": 2_048,
        "ui_locales": 256,
    ]
    /// Longest request in bytes, encoded: it travels in addresses, which with all headers may have 16 KiB.
    package static let lengthLimit = 12_288
    /// The parameters that mean something here.
    private static let understood = [
        "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "prompt", "max_age",
        "code_challenge", "code_challenge_method", "login_hint", "id_token_hint", "ui_locales",
    ]

    /// Validates a request. Client and redirect URI come first: until both are known, nothing is sent anywhere.
    ///
    /// - Parameters:
    ///   - parameters: the query or form of the request.
    ///   - clients: the registered clients.
    ///   - issuer: goes into every answer (RFC 9207).
    /// - Throws: ``Refusal``.
    package init(
        _ parameters: RequestParameters,
        clients: [Client],
        issuer: String
    ) throws(Refusal) {
        guard parameters.duplicates.isDisjoint(with: ["client_id", "redirect_uri"]) else {
            throw .page(OAuthError(.invalidRequest, "client_id or redirect_uri was sent more than once"))
        }
        guard let clientID = parameters["client_id"] else {
            throw .page(OAuthError(.invalidRequest, "client_id is missing"))
        }
        guard let client = clients.first(where: { $0.id == clientID }) else {
            throw .page(OAuthError(.invalidRequest, "there is no client of this client_id"))
        }
        guard let redirectURI = parameters["redirect_uri"] else {
            throw .page(OAuthError(.invalidRequest, "redirect_uri is missing"))
        }
        guard RedirectURI.isRegistered(redirectURI, among: client.redirectURIs) else {
            throw .page(OAuthError(.invalidRequest, "redirect_uri is not registered for this client"))
        }

        // From here on the relying party is told.
        var response = AuthorizationResponse(
            redirectURI: redirectURI,
            mode: .query,
            state: parameters.duplicates.contains("state") || Self.hasControl(parameters["state"])
                ? nil : parameters["state"],
            issuer: issuer
        )
        if !parameters.duplicates.contains("response_mode"), let mode = parameters["response_mode"] {
            guard let known = AuthorizationResponse.Mode(rawValue: mode) else {
                throw .response(response, OAuthError(.invalidRequest, "response_mode is neither query nor form_post"))
            }
            response.mode = known
        }
        do {
            try Self.checkForm(parameters, client)
            self.client = client
            self.response = response
            scopes = try Self.scopes(parameters)
            nonce = parameters["nonce"]
            codeChallenge = try Self.challenge(parameters, client)
            prompts = try Self.prompts(parameters)
            maxAge = try Self.maxAge(parameters)
            loginHint = parameters["login_hint"]
            idTokenHint = parameters["id_token_hint"]
            uiLocales = (parameters["ui_locales"] ?? "").split(separator: " ").map(String.init)
            query = parameters.formEncoded(only: Self.understood)
        } catch {
            throw .response(response, error)
        }
    }

    private static func checkForm(_ parameters: RequestParameters, _ client: Client) throws(OAuthError) {
        guard parameters.duplicates.isEmpty else {
            throw OAuthError(.invalidRequest, "a parameter was sent more than once")
        }
        for (name, limit) in limits where parameters[name]?.utf8.count ?? 0 > limit {
            throw OAuthError(.invalidRequest, "\(name) is too long")
        }
        guard parameters.formEncoded(only: understood).utf8.count <= lengthLimit else {
            throw OAuthError(.invalidRequest, "the request is too long")
        }
        // RFC 6749, appendix A, has none, and HTML and addresses do not carry them unchanged.
        for name in understood where hasControl(parameters[name]) {
            throw OAuthError(.invalidRequest, "\(name) has control characters")
        }
        if parameters["request"] != nil {
            throw OAuthError(.requestNotSupported, "request objects are not supported")
        }
        if parameters["request_uri"] != nil {
            throw OAuthError(.requestURINotSupported, "request_uri is not supported")
        }
        if parameters["registration"] != nil {
            throw OAuthError(.registrationNotSupported, "registration is not supported")
        }
        guard let responseType = parameters["response_type"] else {
            throw OAuthError(.invalidRequest, "response_type is missing")
        }
        guard responseType == "code" else {
            throw OAuthError(.unsupportedResponseType, "the response type is code and no other")
        }
        guard client.grants.contains(.authorizationCode) else {
            throw OAuthError(.unauthorizedClient, "this client may not use authorization codes")
        }
    }

    private static func hasControl(_ value: String?) -> Bool {
        value?.unicodeScalars.contains { $0.properties.generalCategory == .control } == true
    }

    private static func scopes(_ parameters: RequestParameters) throws(OAuthError) -> [Scope] {
        let scopes = Scope.known(in: parameters["scope"] ?? "")
        guard scopes.contains(.openid) else { throw OAuthError(.invalidScope, "the scope openid is missing") }
        return scopes
    }

    private static func challenge(_ parameters: RequestParameters, _ client: Client) throws(OAuthError) -> String? {
        let method = parameters["code_challenge_method"]
        guard let challenge = parameters["code_challenge"] else {
            guard method == nil else { throw OAuthError(.invalidRequest, "code_challenge is missing") }
            guard !client.isPublic, !client.requiresPKCE else {
                throw OAuthError(.invalidRequest, "this client has to use PKCE: code_challenge is missing")
            }
            return nil
        }
        // Without a method RFC 7636 means plain, which is not offered.
        guard method == "S256" else { throw OAuthError(.invalidRequest, "code_challenge_method has to be S256") }
        guard PKCE.isWellFormed(challenge) else { throw OAuthError(.invalidRequest, "code_challenge is malformed") }
        return challenge
    }

    private static func prompts(_ parameters: RequestParameters) throws(OAuthError) -> Set<Prompt> {
        let words = (parameters["prompt"] ?? "").split(separator: " ")
        let prompts = Set(words.compactMap { Prompt(rawValue: String($0)) })
        guard !prompts.contains(.none) || words.count == 1 else {
            throw OAuthError(.invalidRequest, "prompt none goes with no other")
        }
        return prompts
    }

    private static func maxAge(_ parameters: RequestParameters) throws(OAuthError) -> Int? {
        guard let text = parameters["max_age"] else { return nil }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int(text) else {
            throw OAuthError(.invalidRequest, "max_age is not a number of seconds")
        }
        return seconds
    }
}
