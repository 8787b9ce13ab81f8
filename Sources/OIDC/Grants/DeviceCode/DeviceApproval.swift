//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Lab
import Support

/// What a person decides about a waiting device.
package struct DeviceApproval: Sendable {
    private let settings: ProviderSettings

    package init(_ settings: ProviderSettings) {
        self.settings = settings
    }

    /// The device that waits under a user code, with its client; `nil` when none does or its client is gone.
    package func device(
        userCode: String,
        at now: Date
    ) async throws -> (device: DeviceAuthorization, client: Client)? {
        guard let device = try await settings.store.device(userCode: TokenDigest(of: Secret(userCode)), at: now),
            let client = settings.client(device.clientID)
        else { return nil }
        return (device, client)
    }

    /// Lets the device in, or not; `false` when it does not wait any more, or the person may not reach its client.
    package func decide(
        userCode: String,
        isAllowed: Bool,
        by user: DirectoryUser,
        in session: Session,
        at now: Date
    ) async throws -> Bool {
        guard let (device, client) = try await device(userCode: userCode, at: now) else { return false }
        guard !isAllowed || user.mayReach(client) else { return false }
        let isDecided = try await settings.store.decideDevice(
            userCode: device.userCode,
            isAllowed ? .approved(userID: user.id, authenticated: session.authenticated) : .denied,
            at: now
        )
        if isDecided {
            let event: ProviderEvent =
                isAllowed ? .deviceAllowed(user, client: client.id) : .deviceDenied(user, client: client.id)
            await settings.observer.observe(event, at: now)
        }
        return isDecided
    }
}
