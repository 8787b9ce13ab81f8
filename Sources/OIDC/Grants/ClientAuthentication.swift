//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab
import Support

/// Who calls the token or revocation endpoint (RFC 6749, section 2.3; OpenID Connect Core 1.0, section 9):
/// `client_secret_basic`, `client_secret_post`, or `none` for public clients.
package struct ClientAuthentication: Sendable {
    private let settings: ProviderSettings

    package init(_ settings: ProviderSettings) {
        self.settings = settings
    }

    /// The client of a request.
    ///
    /// - Parameters:
    ///   - parameters: the body.
    ///   - authorization: values of the `Authorization` header.
    /// - Returns: the authenticated client.
    /// - Throws: ``OAuthError`` of `invalid_client` or `invalid_request`; what the store throws.
    package func client(_ parameters: RequestParameters, authorization: [String]) async throws -> Client {
        guard authorization.count <= 1 else {
            throw OAuthError(.invalidRequest, "the Authorization header was sent more than once")
        }
        guard let header = authorization.first else {
            guard let id = parameters["client_id"] else {
                throw OAuthError(.invalidClient, "the client did not say who it is")
            }
            return try await authenticate([Presented(id: id, secret: parameters["client_secret"] ?? "")])
        }
        guard parameters["client_secret"] == nil else {
            throw OAuthError(.invalidRequest, "the client authenticated in two ways")
        }
        let client = try await authenticate(try Self.basic(header))
        guard parameters["client_id"] == nil || parameters["client_id"] == client.id else {
            throw OAuthError(.invalidRequest, "client_id is not the authenticated client")
        }
        return client
    }

    private struct Presented {
        var id: String
        var secret: String
    }

    /// The readings of a Basic header: form-decoded as RFC 6749, section 2.3.1 wants it, then as it stands, since some
    /// clients do not encode.
    private static func basic(_ header: String) throws(OAuthError) -> [Presented] {
        let words = header.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 2, words[0].lowercased() == "basic", let bytes = Encoding.bytes(base64: String(words[1])),
            let text = String(validating: bytes, as: UTF8.self), let colon = text.firstIndex(of: ":")
        else { throw OAuthError(.invalidClient, "the Authorization header is not a Basic one") }
        let raw = Presented(id: String(text[..<colon]), secret: String(text[text.index(after: colon)...]))
        guard let id = FormEncoding.decode(raw.id), let secret = FormEncoding.decode(raw.secret) else { return [raw] }
        return [Presented(id: id, secret: secret), raw]
    }

    private func authenticate(_ readings: [Presented]) async throws -> Client {
        for reading in readings {
            guard let client = settings.client(reading.id) else { continue }
            if client.isPublic {
                // A public client only says who it is.
                if reading.secret.isEmpty { return client }
                continue
            }
            guard !reading.secret.isEmpty else { continue }
            let presented = Secret(reading.secret)
            // All are compared, so that the time does not tell which one is near.
            var isKnown = false
            for secret in try await settings.credentials.secrets(for: client.id) where secret == presented {
                isKnown = true
            }
            if isKnown { return client }
        }
        throw OAuthError(.invalidClient, "the client is unknown or its secret is wrong")
    }
}
