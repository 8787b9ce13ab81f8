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

/// What is sent to relying parties whose session has ended (OpenID Connect Back-Channel Logout 1.0), and how often.
package struct LogoutNotifier: Sendable {
    /// Seconds after each failed attempt until the next; after the last one it is given up.
    package static let pauses = [5, 30, 120, 600]

    /// A request that is to be made.
    package struct Delivery: Sendable {
        package var notice: LogoutNotice
        /// The registered address, and no other.
        package var url: String
        /// The form that is posted.
        package var body: String
    }

    private let settings: ProviderSettings

    package init(_ settings: ProviderSettings) {
        self.settings = settings
    }

    /// The requests that are due. Notices to clients that are gone or do not want any are forgotten.
    package func due(at now: Date, limit: Int = 64) async throws -> [Delivery] {
        var deliveries: [Delivery] = []
        for notice in try await settings.store.logoutNotices(dueAt: now, limit: limit) {
            guard let client = settings.client(notice.clientID), let url = client.backchannelLogoutURI else {
                try await settings.store.removeLogoutNotice(notice.id)
                continue
            }
            let token = try CompactToken.sign(
                TokenClaims.logoutToken(
                    issuer: settings.issuer,
                    clientID: client.id,
                    subject: Subject.encode(userID: notice.userID),
                    sid: notice.sid,
                    id: notice.id,
                    issued: now
                ),
                type: TokenClaims.logoutTokenType,
                with: try settings.keys.signingKey(client.algorithm, at: now)
            )
            let body = FormEncoding.encode([RequestParameters.Pair("logout_token", token)])
            deliveries.append(Delivery(notice: notice, url: url, body: body))
        }
        return deliveries
    }

    /// Takes the answer: 200 and 204 are good; 400 says that the relying party has understood and could not do it
    /// (section 2.8), so that another attempt would not either. `status` is `nil` when there was no answer.
    package func settle(_ notice: LogoutNotice, status: Int?, at now: Date) async throws -> ProviderEvent.LogoutDelivery
    {
        let result: ProviderEvent.LogoutDelivery
        if status == 200 || status == 204 {
            result = .delivered
        } else if status != 400, notice.attempts < Self.pauses.count {
            result = .failed
        } else {
            result = .abandoned
        }
        if result == .failed {
            let due = now.addingTimeInterval(Double(Self.pauses[notice.attempts]))
            try await settings.store.postponeLogoutNotice(notice.id, until: due)
        } else {
            try await settings.store.removeLogoutNotice(notice.id)
        }
        await settings.observer.observe(.logoutNotice(result, client: notice.clientID), at: now)
        return result
    }
}
