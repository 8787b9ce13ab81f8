//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import Lab
import Support

/// The device authorization endpoint (RFC 8628, section 3.1).
package struct DeviceEndpoint: Sendable {
    /// How long a person has to let the device in.
    package static let lifetime = Duration.minutes(10)
    /// Seconds between two polls.
    package static let interval = 5

    private let settings: ProviderSettings

    package init(_ settings: ProviderSettings) {
        self.settings = settings
    }

    /// Begins the wait of a device: the answer's JSON.
    ///
    /// - Throws: ``OAuthError``, and what the store throws.
    package func authorize(
        _ parameters: RequestParameters,
        authorization: [String],
        at now: Date
    ) async throws -> JSONValue {
        guard parameters.duplicates.isEmpty else {
            throw OAuthError(.invalidRequest, "a parameter was sent more than once")
        }
        let client = try await ClientAuthentication(settings).client(parameters, authorization: authorization)
        guard client.grants.contains(.deviceCode) else {
            throw OAuthError(.unauthorizedClient, "this client may not use device codes")
        }
        let scopes = Scope.known(in: parameters["scope"] ?? "")
        guard scopes.contains(.openid) else { throw OAuthError(.invalidScope, "the scope openid is missing") }
        let value = BearerValue.make(settings.random)
        var code = UserCode.make(settings.random)
        while try await !settings.store.addDevice(device(value, code, client, scopes, at: now)) {
            code = UserCode.make(settings.random)
        }
        let address = ProviderEndpoint.device.url(issuer: settings.issuer)
        let shown = UserCode.shown(code)
        return .object([
            "device_code": .string(value.expose()),
            "user_code": .string(shown),
            "verification_uri": .string(address),
            "verification_uri_complete": .string("\(address)?user_code=\(shown)"),
            "expires_in": .integer(Int(Self.lifetime.seconds)),
            "interval": .integer(Self.interval),
        ])
    }

    private func device(
        _ value: Secret<String>,
        _ code: String,
        _ client: Client,
        _ scopes: [Scope],
        at now: Date
    ) -> DeviceAuthorization {
        DeviceAuthorization(
            digest: TokenDigest(of: value),
            userCode: TokenDigest(of: Secret(code)),
            clientID: client.id,
            scopes: scopes.map(\.rawValue),
            created: now,
            expires: now.addingTimeInterval(Self.lifetime.seconds),
            interval: Self.interval
        )
    }
}
