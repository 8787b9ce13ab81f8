//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Lab
package import Support

/// The secrets of relying parties.
package enum ClientSecrets {
    /// Sees to it that every confidential client has a secret; one that has one keeps it.
    ///
    /// - Parameters:
    ///   - clients: those of lab.yaml; public ones are passed over.
    ///   - store: where the secrets are.
    ///   - now: the time of making.
    ///   - random: gives new values.
    /// - Returns: the current secret of each confidential client, in the order of `clients`, and those of them that
    ///   were made now.
    /// - Throws: what the store throws.
    package static func ensure(
        _ clients: [Client],
        in store: any SecretStore,
        now: Date,
        random: any RandomSource
    ) async throws -> (all: [ClientSecret], made: [ClientSecret]) {
        let confidential = clients.filter { !$0.isPublic }
        let before = Set(try await store.clientSecrets().map(\.clientID))
        var made: [String] = []
        for client in confidential where !before.contains(client.id) {
            let secret = ClientSecret(
                id: Encoding.hex(random.bytes(8)),
                clientID: client.id,
                value: SecretGenerator.clientSecret(random),
                phase: .current,
                origin: .generated,
                created: now
            )
            if try await store.addFirstClientSecret(secret) { made.append(secret.id) }
        }
        // Read again: another process may have been first.
        let current = try await store.clientSecrets().filter { $0.phase == .current }
        let all = confidential.compactMap { client in current.first { $0.clientID == client.id } }
        return (all, all.filter { made.contains($0.id) })
    }

    /// Sets the secret of a client to a value from elsewhere; the values before it are accepted no longer.
    ///
    /// - Parameters:
    ///   - value: the new value.
    ///   - clientID: a confidential client.
    ///   - clients: those of lab.yaml.
    ///   - store: where the secrets are.
    ///   - now: the time of the change.
    ///   - random: gives the id of the version.
    /// - Returns: whether anything changed; not so when the client has this value and no other.
    /// - Throws: ``SecretsError`` when there is no such client or it is public; what the store throws.
    package static func set(
        _ value: Secret<String>,
        for clientID: String,
        of clients: [Client],
        in store: any SecretStore,
        now: Date,
        random: any RandomSource
    ) async throws -> Bool {
        _ = try confidential(clientID, of: clients)
        let present = try await store.clientSecrets().filter { $0.clientID == clientID }
        if present.count == 1, present[0].value == value { return false }
        try await store.replaceClientSecrets(
            with: ClientSecret(
                id: Encoding.hex(random.bytes(8)),
                clientID: clientID,
                value: value,
                phase: .current,
                origin: .imported,
                created: now
            )
        )
        return true
    }

    /// The client of an id that can have a secret. Throws ``SecretsError`` when there is none.
    package static func confidential(_ clientID: String, of clients: [Client]) throws(SecretsError) -> Client {
        guard let client = clients.first(where: { $0.id == clientID }) else {
            let nearest = Suggestion.nearest(to: clientID, among: clients.map(\.id))
            throw SecretsError(
                .clientUnknown,
                "no client \(clientID) in lab.yaml",
                remedy: nearest.map { "did you mean \($0)?" } ?? "kindling client list"
            )
        }
        guard !client.isPublic else {
            throw SecretsError(.clientPublic, "client \(clientID) is public and has no secret")
        }
        return client
    }
}
