//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import GRDB
package import OIDC

extension Database: DeviceStore {
    package func addDevice(_ device: DeviceAuthorization) async throws -> Bool {
        try await write { connection in
            let code = Data(device.userCode.bytes)
            try connection.execute(
                sql: "DELETE FROM device_authorization WHERE user_code = ? AND expires <= ?",
                arguments: [code, device.created.milliseconds]
            )
            let present = try Bool.fetchOne(
                connection,
                sql: "SELECT EXISTS (SELECT 1 FROM device_authorization WHERE user_code = ?)",
                arguments: [code]
            )
            guard present == false else { return false }
            let (word, userID, authenticated) = device.decision.columns
            try connection.execute(
                sql: """
                    INSERT INTO device_authorization (
                        digest, user_code, client_id, scopes, created, expires, poll_interval, polled, decision,
                        user_id, authenticated
                    )
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    Data(device.digest.bytes), code, device.clientID, device.scopes.joined(separator: " "),
                    device.created.milliseconds, device.expires.milliseconds, device.interval,
                    device.polled?.milliseconds, word, userID, authenticated?.milliseconds,
                ]
            )
            return true
        }
    }

    package func device(userCode: TokenDigest, at now: Date) async throws -> DeviceAuthorization? {
        try await read { connection in
            try Row.fetchOne(
                connection,
                sql: """
                    SELECT * FROM device_authorization
                    WHERE user_code = ? AND expires > ? AND decision = 'pending'
                    """,
                arguments: [Data(userCode.bytes), now.milliseconds]
            ).map { try DeviceAuthorization($0) }
        }
    }

    package func decideDevice(
        userCode: TokenDigest,
        _ decision: DeviceAuthorization.Decision,
        at now: Date
    ) async throws -> Bool {
        try await write { connection in
            let (word, userID, authenticated) = decision.columns
            try connection.execute(
                sql: """
                    UPDATE device_authorization SET decision = ?, user_id = ?, authenticated = ?
                    WHERE user_code = ? AND expires > ? AND decision = 'pending'
                    """,
                arguments: [
                    word, userID, authenticated?.milliseconds, Data(userCode.bytes), now.milliseconds,
                ]
            )
            return connection.changesCount == 1
        }
    }

    package func pollDevice(_ digest: TokenDigest, at now: Date) async throws -> DevicePoll? {
        try await write { connection in
            let row = try Row.fetchOne(
                connection,
                sql: "SELECT * FROM device_authorization WHERE digest = ?",
                arguments: [Data(digest.bytes)]
            )
            guard var device = try row.map({ try DeviceAuthorization($0) }) else { return nil }
            let isTooFast = device.notePoll(at: now)
            try connection.execute(
                sql: "UPDATE device_authorization SET polled = ?, poll_interval = ? WHERE digest = ?",
                arguments: [now.milliseconds, device.interval, Data(digest.bytes)]
            )
            return DevicePoll(device: device, isTooFast: isTooFast)
        }
    }

    package func redeemDevice(
        _ digest: TokenDigest,
        for grant: AuthorizationGrant,
        access: AccessToken,
        refresh: RefreshToken?
    ) async throws -> Bool {
        try await write { connection in
            try connection.execute(
                sql: """
                    UPDATE device_authorization SET decision = 'redeemed', user_id = NULL, authenticated = NULL
                    WHERE digest = ? AND decision = 'approved'
                    """,
                arguments: [Data(digest.bytes)]
            )
            guard connection.changesCount == 1 else { return false }
            try Self.insert(grant, connection)
            try Self.insert(access, connection)
            if let refresh { try Self.insert(refresh, connection) }
            return true
        }
    }
}

extension DeviceAuthorization.Decision {
    /// The columns `decision`, `user_id` and `authenticated`.
    fileprivate var columns: (String, String?, Date?) {
        switch self {
        case .pending: ("pending", nil, nil)
        case .denied: ("denied", nil, nil)
        case .approved(let userID, let authenticated): ("approved", userID, authenticated)
        case .redeemed: ("redeemed", nil, nil)
        }
    }
}

extension DeviceAuthorization {
    fileprivate init(_ row: Row) throws(StorageError) {
        let word: String = row["decision"]
        let userID: String? = row["user_id"]
        let decision: Decision
        switch (word, userID, row.optionalDate("authenticated")) {
        case ("pending", _, _): decision = .pending
        case ("denied", _, _): decision = .denied
        case ("redeemed", _, _): decision = .redeemed
        case ("approved", let userID?, let authenticated?):
            decision = .approved(userID: userID, authenticated: authenticated)
        default: throw .damaged("a device with the decision \(word)")
        }
        self.init(
            digest: TokenDigest(stored: row.bytes("digest")),
            userCode: TokenDigest(stored: row.bytes("user_code")),
            clientID: row["client_id"],
            scopes: row.words("scopes"),
            created: row.date("created"),
            expires: row.date("expires"),
            interval: row["poll_interval"],
            polled: row.optionalDate("polled"),
            decision: decision
        )
    }
}
