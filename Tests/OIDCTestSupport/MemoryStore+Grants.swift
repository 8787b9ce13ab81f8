//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import OIDC
import Support

extension MemoryStore {
    package func addCode(_ code: AuthorizationCode, of grant: AuthorizationGrant) {
        grants[grant.id] = grant
        codes[code.digest] = (code, false)
    }

    package func addGrant(_ grant: AuthorizationGrant, access: AccessToken, refresh: RefreshToken?) {
        grants[grant.id] = grant
        add(access, refresh)
    }

    package func code(_ digest: TokenDigest) -> (code: AuthorizationCode, grant: AuthorizationGrant)? {
        guard let entry = codes[digest], !entry.isSpent, let grant = grants[entry.code.grantID] else { return nil }
        return (entry.code, grant)
    }

    package func redeemCode(
        _ digest: TokenDigest,
        access: AccessToken,
        refresh: RefreshToken?,
        at now: Date
    ) -> CodeRedemption {
        let redemption = consumeCode(digest, at: now)
        if case .fresh(_, let grant) = redemption, grant.revoked == nil { add(access, refresh) }
        return redemption
    }

    package func consumeCode(_ digest: TokenDigest, at now: Date) -> CodeRedemption {
        guard let entry = codes[digest], let grant = grants[entry.code.grantID] else { return .unknown }
        if entry.isSpent {
            revokeGrant(grant.id, at: now)
            return .replayed(grantID: grant.id, clientID: grant.clientID)
        }
        codes[digest] = (entry.code, true)
        return .fresh(entry.code, grant)
    }

    private func add(_ access: AccessToken, _ refresh: RefreshToken?) {
        accessTokens[access.id] = access
        if let refresh { refreshTokens[refresh.digest] = refresh }
    }

    package func refreshToken(_ digest: TokenDigest) -> (token: RefreshToken, grant: AuthorizationGrant)? {
        guard let token = refreshTokens[digest], let grant = grants[token.grantID] else { return nil }
        return (token, grant)
    }

    package func rotateRefreshToken(
        _ digest: TokenDigest,
        to successor: RefreshToken,
        access: AccessToken,
        grace: Duration,
        at now: Date
    ) -> RefreshRotation {
        guard let token = refreshTokens[digest], let grant = grants[token.grantID], grant.revoked == nil else {
            return .unknown
        }
        if let used = token.used, grace == .zero || now.timeIntervalSince(used) > grace.seconds {
            revokeGrant(grant.id, at: now)
            return .reused(grantID: grant.id)
        }
        refreshTokens[digest]?.used = token.used ?? now
        add(access, successor)
        return .rotated
    }

    package func accessToken(_ id: String) -> (token: AccessToken, grant: AuthorizationGrant)? {
        guard let token = accessTokens[id], let grant = grants[token.grantID] else { return nil }
        return (token, grant)
    }

    package func revokeAccessToken(_ id: String, at now: Date) {
        if accessTokens[id]?.revoked == nil { accessTokens[id]?.revoked = now }
    }

    package func revokeGrant(_ id: String, at now: Date) {
        if grants[id]?.revoked == nil { grants[id]?.revoked = now }
    }
}

extension MemoryStore {
    package func addDevice(_ device: DeviceAuthorization) -> Bool {
        let isTaken = devices.values.contains { $0.userCode == device.userCode && device.created < $0.expires }
        if !isTaken { devices[device.digest] = device }
        return !isTaken
    }

    package func device(userCode: TokenDigest, at now: Date) -> DeviceAuthorization? {
        devices.values.first { $0.userCode == userCode && now < $0.expires && $0.decision == .pending }
    }

    package func decideDevice(
        userCode: TokenDigest,
        _ decision: DeviceAuthorization.Decision,
        at now: Date
    ) -> Bool {
        guard let device = device(userCode: userCode, at: now) else { return false }
        devices[device.digest]?.decision = decision
        return true
    }

    package func pollDevice(_ digest: TokenDigest, at now: Date) -> DevicePoll? {
        guard var device = devices[digest] else { return nil }
        let isTooFast = device.notePoll(at: now)
        devices[digest] = device
        return DevicePoll(device: device, isTooFast: isTooFast)
    }

    package func redeemDevice(
        _ digest: TokenDigest,
        for grant: AuthorizationGrant,
        access: AccessToken,
        refresh: RefreshToken?
    ) -> Bool {
        guard case .approved = devices[digest]?.decision else { return false }
        devices[digest]?.decision = .redeemed
        addGrant(grant, access: access, refresh: refresh)
        return true
    }
}
