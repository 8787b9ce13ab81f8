//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials

/// A device that waits for a person to let it in (RFC 8628).
package struct DeviceAuthorization: Sendable, Hashable {
    /// Digest of the device code.
    package var digest: TokenDigest
    /// Digest of the user code in its normal form.
    package var userCode: TokenDigest
    package var clientID: String
    /// Requested scopes, in the order of ``Scope/allCases``.
    package var scopes: [String]
    package var created: Date
    package var expires: Date
    /// Least seconds between two polls; grows when the device polls faster.
    package var interval: Int
    /// The last poll; `nil` before the first.
    package var polled: Date?
    package var decision: Decision

    /// What the person said.
    package enum Decision: Sendable, Hashable {
        case pending
        case denied
        /// Who allowed it, and when they had authenticated.
        case approved(userID: String, authenticated: Date)
        /// Tokens were given; they are given once.
        case redeemed
    }

    package init(
        digest: TokenDigest,
        userCode: TokenDigest,
        clientID: String,
        scopes: [String],
        created: Date,
        expires: Date,
        interval: Int,
        polled: Date? = nil,
        decision: Decision = .pending
    ) {
        self.digest = digest
        self.userCode = userCode
        self.clientID = clientID
        self.scopes = scopes
        self.created = created
        self.expires = expires
        self.interval = interval
        self.polled = polled
        self.decision = decision
    }
}

/// A device that asked for its tokens.
package struct DevicePoll: Sendable, Hashable {
    /// With this poll noted.
    package var device: DeviceAuthorization
    /// Whether it came sooner after the last one than the interval allows.
    package var isTooFast: Bool

    package init(device: DeviceAuthorization, isTooFast: Bool) {
        self.device = device
        self.isTooFast = isTooFast
    }
}

extension DeviceAuthorization {
    /// Notes a poll. One that comes too soon makes the interval 5 seconds longer (RFC 8628, section 3.5), up to a minute,
    /// and gives `true`.
    package mutating func notePoll(at now: Date) -> Bool {
        // A clock that went back is no fault of the device.
        let isTooFast = polled.map { (0..<Double(interval)).contains(now.timeIntervalSince($0)) } ?? false
        if isTooFast { interval = min(interval + 5, 60) }
        polled = now
        return isTooFast
    }
}

/// Where waiting devices are kept. Each call is one transaction.
package protocol DeviceStore: Sendable {
    /// Adds a device; `false`, with nothing done, when one that has not expired has the same user code.
    func addDevice(_ device: DeviceAuthorization) async throws -> Bool
    /// The device of a user code that still waits at `now`; `nil` for unknown, decided and expired ones.
    func device(userCode: TokenDigest, at now: Date) async throws -> DeviceAuthorization?
    /// Notes what the person said; `false`, with nothing done, when the device does not wait any more.
    func decideDevice(
        userCode: TokenDigest,
        _ decision: DeviceAuthorization.Decision,
        at now: Date
    ) async throws -> Bool
    /// Notes a poll, see ``DeviceAuthorization/notePoll(at:)``; `nil` when the device is not known.
    func pollDevice(_ digest: TokenDigest, at now: Date) async throws -> DevicePoll?
    /// Gives an approved device its grant and tokens; `false`, with nothing done, when it is not approved or others were
    /// faster.
    func redeemDevice(
        _ digest: TokenDigest,
        for grant: AuthorizationGrant,
        access: AccessToken,
        refresh: RefreshToken?
    ) async throws -> Bool
}
