//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import Support

/// Answers devices that ask whether they have been let in (RFC 8628, sections 3.4 and 3.5).
struct DeviceCodeGrant: Sendable {
    private let settings: ProviderSettings

    init(_ settings: ProviderSettings) {
        self.settings = settings
    }

    /// Tokens for a device code, once somebody has allowed it. They are given once.
    func answer(_ parameters: RequestParameters, _ client: Client, at now: Date) async throws -> TokenAnswer {
        guard let value = parameters["device_code"] else {
            throw OAuthError(.invalidRequest, "device_code is missing")
        }
        let digest = TokenDigest(of: Secret(value))
        guard let poll = try await settings.store.pollDevice(digest, at: now), poll.device.clientID == client.id else {
            throw OAuthError(.invalidGrant, "the device code is unknown")
        }
        let device = poll.device
        guard device.decision != .redeemed else {
            throw OAuthError(.invalidGrant, "the device code was used before")
        }
        guard now < device.expires else { throw OAuthError(.expiredToken, "the device code has expired") }
        guard !poll.isTooFast else {
            throw OAuthError(.slowDown, "wait \(device.interval) seconds between two requests")
        }
        switch device.decision {
        case .pending: throw OAuthError(.authorizationPending, "nobody has entered the user code yet")
        case .denied: throw OAuthError(.accessDenied, "the user did not agree")
        case .redeemed: throw OAuthError(.invalidGrant, "the device code was used before")
        case .approved(let userID, let authenticated):
            return try await redeem(digest, device, client, userID, authenticated, at: now)
        }
    }

    private func redeem(
        _ digest: TokenDigest,
        _ device: DeviceAuthorization,
        _ client: Client,
        _ userID: String,
        _ authenticated: Date,
        at now: Date
    ) async throws -> TokenAnswer {
        let issuer = TokenIssuer(settings: settings)
        // A session of its own: signing out in the browser that let the device in leaves the device alone.
        let grant = AuthorizationGrant(
            id: issuer.newID(),
            clientID: client.id,
            userID: userID,
            scopes: device.scopes,
            authenticated: authenticated,
            sid: issuer.newID(),
            created: now
        )
        let scopes = TokenIssuer.scopes(device.scopes)
        let issued = try await issuer.issue(
            for: grant,
            client,
            scopes: scopes,
            nonce: nil,
            isRefreshable: TokenIssuer.isRefreshable(scopes, client),
            at: now
        )
        let isFirst = try await settings.store.redeemDevice(
            digest,
            for: grant,
            access: issued.access,
            refresh: issued.refresh
        )
        guard isFirst else { throw OAuthError(.invalidGrant, "the device code was used before") }
        return issued.answer
    }
}
