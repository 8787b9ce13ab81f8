//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import OIDC
import Support

/// Calls as tests need them, without what does not matter to them.
extension OIDCStore {
    func add(_ session: Session) async throws {
        try await addSession(session, replacing: nil, notifying: [])
    }

    func set(_ userID: String, _ hash: Secret<String>, at now: Date) async throws {
        _ = try await setPassword(userID: userID, hash: hash, replacing: nil, keeping: nil, notifying: [], at: now)
    }

    func redeem(_ link: TokenDigest, _ browser: String, _ hash: Secret<String>, at now: Date) async throws -> Bool {
        try await redeemLink(
            link,
            browser: TokenDigest(of: Secret(browser)),
            passwordHash: hash,
            notifying: [],
            at: now
        )
    }
}
